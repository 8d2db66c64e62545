import type { Evidence, Severity } from '@earshot/model';
import { clockTime } from '../../client/src/words/clock-time.js';
import { MarkedText } from './marked-text.js';
import { lineId } from './transcript-view.js';
import { useUi } from './ui.js';

interface QuotesProps {
  evidence: readonly Evidence[];
  finding: { severity: Severity; title: string };
  onJump(line: string): void;
}

/** The words that a finding rests on. */
export function Quotes({ evidence, finding: { severity, title }, onJump }: QuotesProps) {
  const { t } = useUi();
  return (
    <>
      {evidence.length > 0 && <h4>{t('evidence.heading')}</h4>}
      {evidence.map((item) => (
        <blockquote key={lineId(item)}>
          <p>
            <MarkedText text={item.quote} hits={[{ severity, title, spans: item.spans }]} />
          </p>
          <footer>
            {t(`role.${item.role}`)} · <time className="num">{clockTime(item.startMs)}</time>
            <button type="button" className="linkish" onClick={() => onJump(lineId(item))}>
              {t('evidence.jump')}
            </button>
          </footer>
        </blockquote>
      ))}
    </>
  );
}
