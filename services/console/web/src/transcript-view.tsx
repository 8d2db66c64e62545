import { severityRank } from '@earshot/model/vocabulary';
import type { TranscriptLine } from '@earshot/wire/live';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { clockTime } from '../../client/src/words/clock-time.js';
import { SeverityIcon } from './bits.js';
import { Empty } from './empty.js';
import { MarkedText } from './marked-text.js';
import { useUi } from './ui.js';

const SHOWN = 200;
const AT_END_PX = 48;

interface TranscriptViewProps {
  lines: readonly TranscriptLine[];
  /** `leg:segment` to bring into view; a new `ask` asks again. */
  jump?: { line: string; ask: number } | undefined;
  /** The reader wants to know why these words were marked. */
  onHit(ruleId: string): void;
}

/** Follows the talk while the reader is at its end; whoever scrolls up is left in peace and told what is new. */
export function TranscriptView({ lines, jump, onHit }: TranscriptViewProps) {
  const { t } = useUi();
  const box = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(SHOWN);
  const [readTo, setReadTo] = useState<number | undefined>();
  const said = lines.filter((line) => !line.withdrawn && line.text !== '');
  const hidden = Math.max(0, said.length - shown);
  const fresh = readTo === undefined ? 0 : Math.max(0, said.length - readTo);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end
  useLayoutEffect(() => {
    const element = box.current;
    if (element && readTo === undefined) element.scrollTop = element.scrollHeight;
  }, [lines, readTo]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new request jumps, not every new line
  useEffect(() => {
    if (!jump) return;
    const at = said.findIndex((line) => lineId(line) === jump.line);
    if (at < 0) return;
    setReadTo(said.length);
    setShown(Math.max(shown, said.length - at));
    requestAnimationFrame(() => {
      const element = document.getElementById(`line-${jump.line}`);
      element?.scrollIntoView({ block: 'center' });
      element?.animate([{ backgroundColor: 'var(--accent-soft)' }, {}], { duration: 1600 });
      // A short talk is all in view: nothing will be new below it.
      onScroll();
    });
  }, [jump]);

  function onScroll() {
    const element = box.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    if (atEnd) setReadTo(undefined);
    else if (readTo === undefined) setReadTo(said.length);
  }

  return (
    <div className="transcript">
      <div
        className="lines"
        role="log"
        aria-live="polite"
        aria-label={t('transcript.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        {hidden > 0 && (
          <button type="button" className="earlier" onClick={() => setShown(shown + SHOWN)}>
            {t('transcript.earlier', { count: Math.min(hidden, SHOWN) })}
          </button>
        )}
        {said.length === 0 && <Empty title={t('transcript.empty')} hint={t('transcript.empty.hint')} />}
        {said.slice(hidden).map((line) => (
          <Line key={lineId(line)} line={line} onHit={onHit} />
        ))}
      </div>
      {fresh > 0 && (
        <button type="button" className="fresh" onClick={() => setReadTo(undefined)}>
          ↓ {t('transcript.new', { count: fresh })}
        </button>
      )}
    </div>
  );
}

interface LineProps {
  line: TranscriptLine;
  onHit(ruleId: string): void;
}

const Line = memo(function Line({ line, onHit }: LineProps) {
  const { t } = useUi();
  const hits = [...line.hits].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  return (
    <div
      className={`line ${line.role}${line.final ? '' : ' partial'}${hits[0] ? ` hit sev-${hits[0].severity}` : ''}`}
      id={`line-${lineId(line)}`}
      aria-live={line.final ? undefined : 'off'}
    >
      <time className="num">{clockTime(line.startMs)}</time>
      <span className="who">{t(`role.${line.role}`)}</span>
      <p>
        <MarkedText text={line.text} hits={line.hits} />
        {!line.final && <em> {t('transcript.partial')}…</em>}
        {hits.map((hit) => (
          <button
            key={hit.ruleId}
            type="button"
            className={`hit-tag sev-${hit.severity}`}
            aria-label={t('transcript.why', { title: hit.title })}
            title={t('transcript.why', { title: hit.title })}
            onClick={() => onHit(hit.ruleId)}
          >
            <SeverityIcon severity={hit.severity} />
            {hit.title}
          </button>
        ))}
      </p>
    </div>
  );
});

export function lineId(line: { leg: string; segment: number }): string {
  return `${line.leg}:${line.segment}`;
}
