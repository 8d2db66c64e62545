import type { TranscriptLine } from '@earshot/wire/live';
import { useEffect, useState } from 'react';
import { clockTime, dateTime } from '../../../client/src/words/clock-time.js';
import { useUi } from '../ui.js';
import { askWhy, type Explained, type Why } from './api.js';
import { type Linked, WhyTree } from './why-tree.js';

interface WhyPanelProps {
  conversationId: string;
  findingId: string;
  /** Another version of the alert asks anew. */
  version: string;
  lines: readonly TranscriptLine[];
  onJump(line: string): void;
}

/** The conditions of the rule, each met or not; or plainly why they cannot be shown. */
export function WhyPanel({ conversationId, findingId, version, lines, onJump }: WhyPanelProps) {
  const { t, language } = useUi();
  const [why, setWhy] = useState<Why | 'loading' | 'failed'>('loading');

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version of the alert may have other reasons
  useEffect(() => {
    const abort = new AbortController();
    askWhy({ conversationId, findingId, language }, abort.signal).then(
      (answer) => !abort.signal.aborted && setWhy(answer),
      () => !abort.signal.aborted && setWhy('failed'),
    );
    return () => abort.abort();
  }, [conversationId, findingId, language, version]);

  if (typeof why === 'string') return <p className="meta">{t(`page.${why}`)}</p>;
  if (why.state === 'compiling') return <p className="meta">{t('why.compiling')}</p>;
  if (why.state === 'unknown') {
    return (
      <p className="why-unknown" role="note">
        {t(`why.unknown.${why.why}`, { hash: why.ruleSetHash.slice(0, 8) })}
      </p>
    );
  }
  const linked: Linked = {
    lines: new Map(lines.map((line) => [`${line.leg}:${line.segment}`, line])),
    onJump,
  };
  return (
    <>
      <Notes why={why} />
      <WhyTree node={why.tree} linked={linked} />
    </>
  );
}

function Notes({ why: { ruleSetHash, publishedMs, stands, extent, fromMs, untilMs } }: { why: Explained }) {
  const { t } = useUi();
  const hash = ruleSetHash.slice(0, 8);
  const notes = [
    !stands && t('why.taken-back'),
    extent !== 'whole' && t(`why.extent.${extent}`),
    fromMs !== undefined && t('why.from', { at: clockTime(fromMs) }),
    untilMs !== undefined && t('why.until', { at: clockTime(untilMs) }),
  ].filter((note) => note !== false);
  return (
    <>
      <p className="meta" title={ruleSetHash}>
        {publishedMs === undefined
          ? t('why.set', { hash })
          : t('why.set.published', { hash, at: dateTime(publishedMs) })}
      </p>
      {notes.map((note) => (
        <p key={note} className="why-note" role="note">
          {note}
        </p>
      ))}
    </>
  );
}
