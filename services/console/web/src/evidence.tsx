import type { Alert } from '@earshot/model';
import { useState } from 'react';
import type { Names } from '../../client/src/live/state.js';
import { clockTime } from '../../client/src/words/clock-time.js';
import { AlertActions } from './alert-actions.js';
import { Ago, SeverityTag } from './bits.js';
import { HistoryLines } from './history-lines.js';
import { hitOf, MarkedText } from './marked-text.js';
import { Timeline } from './timeline.js';
import { lineId } from './transcript-view.js';
import { useUi } from './ui.js';

const HASH_SHOWN = 8;

interface EvidenceCardProps {
  alert: Alert;
  names: Names;
  /** The one that was asked for: stands open. */
  current: boolean;
  open: boolean;
  onJump(line: string): void;
}

/** Why it stands: the words, the rule, what the agent was shown, and how fast it went. */
export function EvidenceCard({ alert, names, current, open: atFirst, onJump }: EvidenceCardProps) {
  const { t } = useUi();
  const [toggled, setToggled] = useState<boolean | undefined>();
  const { finding } = alert;
  const open = toggled ?? atFirst;
  return (
    <article
      className={`evidence sev-${finding.severity}${current ? ' current' : ''}`}
      data-alert={alert.id}
      data-rule={finding.ruleId}
    >
      <header>
        <SeverityTag severity={finding.severity} />
        <h3>{finding.prompt.title}</h3>
        {finding.provisional && <em>{t('alert.provisional')}</em>}
        {alert.history && <em>{t('alert.history')}</em>}
        <Ago atMs={finding.wordsAtMs} />
      </header>
      <p className="what">{finding.prompt.what}</p>
      <HistoryLines alert={alert} names={names} />
      {finding.evidence.length > 0 && <h4>{t('evidence.heading')}</h4>}
      {finding.evidence.map((item) => (
        <blockquote key={lineId(item)}>
          <p>
            <MarkedText text={item.quote} hits={[hitOf(finding, item)]} />
          </p>
          <footer>
            {t(`role.${item.role}`)} · <time className="num">{clockTime(item.startMs)}</time>
            <button type="button" className="linkish" onClick={() => onJump(lineId(item))}>
              {t('evidence.jump')}
            </button>
          </footer>
        </blockquote>
      ))}
      <p className="meta rule">
        <span>{t('evidence.rule', { rule: finding.ruleId, points: finding.points })}</span>
        <span title={finding.ruleSetHash}>
          {t('evidence.rule-set')} <code>{finding.ruleSetHash.slice(0, HASH_SHOWN)}</code>
        </span>
      </p>
      {open && (
        <>
          {finding.prompt.say.length > 0 && (
            <>
              <h4>{t('evidence.say')}</h4>
              <ol>
                {finding.prompt.say.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ol>
            </>
          )}
          <p className="next">
            <strong>{t('evidence.next')}</strong> {finding.prompt.next}
          </p>
          <h4>{t('timeline.heading')}</h4>
          <Timeline alert={alert} names={names} />
        </>
      )}
      <footer className="foot">
        <button type="button" className="linkish" aria-expanded={open} onClick={() => setToggled(!open)}>
          {t(open ? 'evidence.less' : 'evidence.more')}
        </button>
        <span className="meta">
          {alert.useful === undefined ? '' : t(alert.useful ? 'evidence.feedback.yes' : 'evidence.feedback.no')}
        </span>
        <AlertActions alert={alert} full />
      </footer>
    </article>
  );
}
