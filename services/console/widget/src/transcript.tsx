import type { TranscriptLine } from '@earshot/wire/live';
import { Component } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { clockTime } from '../../client/src/words/clock-time.js';
import type { Translate } from '../../client/src/words/translate.js';
import { MarkedText } from './marked-text.js';

const SHOWN = 150;
/** So near to the end counts as reading along. */
const AT_END_PX = 48;

export function Transcript({ lines, t }: { lines: readonly TranscriptLine[]; t: Translate }) {
  const box = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(SHOWN);
  const [readTo, setReadTo] = useState<number | undefined>(undefined);
  const said = lines.filter((line) => !line.withdrawn && line.text !== '');
  const hidden = Math.max(0, said.length - shown);
  const fresh = readTo === undefined ? 0 : Math.max(0, said.length - readTo);

  useLayoutEffect(() => {
    if (readTo === undefined && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, readTo]);

  function onScroll() {
    const el = box.current;
    if (!el) return;
    const atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < AT_END_PX;
    if (atEnd && readTo !== undefined) setReadTo(undefined);
    if (!atEnd && readTo === undefined) setReadTo(said.length);
  }

  return (
    <div class="transcript">
      <div
        class="lines"
        role="log"
        aria-live="polite"
        aria-label={t('transcript.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        {hidden > 0 && (
          <button type="button" class="earlier" onClick={() => setShown(shown + SHOWN)}>
            {t('transcript.earlier', { count: Math.min(hidden, SHOWN) })}
          </button>
        )}
        {said.length === 0 && <p class="empty">{t('transcript.empty')}</p>}
        {said.slice(hidden).map((line) => (
          <Line key={`${line.leg}:${line.segment}`} line={line} t={t} />
        ))}
      </div>
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={() => setReadTo(undefined)}>
          ↓ {t('transcript.new', { count: fresh })}
        </button>
      )}
    </div>
  );
}

/** A two-hour call has thousands of these: only the line that changed is drawn again. */
class Line extends Component<{ line: TranscriptLine; t: Translate }> {
  override shouldComponentUpdate(next: { line: TranscriptLine; t: Translate }) {
    return next.line !== this.props.line || next.t !== this.props.t;
  }

  override render() {
    const { line, t } = this.props;
    const side = line.role === 'customer' ? 'theirs' : line.role === 'agent' ? 'ours' : 'others';
    return (
      <div class={`line ${side}${line.final ? '' : ' partial'}`} aria-live={line.final ? undefined : 'off'}>
        <span class="who">
          {t(`role.${line.role}`)} <time>{clockTime(line.startMs)}</time>
          {!line.final && <em> {t('transcript.partial')}…</em>}
        </span>
        <p>
          <MarkedText text={line.text} hits={line.hits} t={t} />
        </p>
      </div>
    );
  }
}
