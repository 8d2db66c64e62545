import type { Evidence, Finding } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import { LOCK_SHAPE } from '../../client/src/look/icon-paths.js';
import type { Mask } from '../../client/src/text/masks.js';
import { segments } from '../../client/src/text/segments.js';
import { maskTitle } from '../../client/src/words/translate.js';
import { useUi } from './ui.js';

type Hit = Pick<TranscriptLine['hits'][number], 'severity' | 'spans' | 'title'>;

/** The hit of a finding on one of the utterances that it rests on. */
export function hitOf({ severity, prompt }: Finding, { spans }: Pick<Evidence, 'spans'>): Hit {
  return { severity, spans, title: prompt.title };
}

/** What was said: hit words marked, masked values as words. Text nodes only. */
export function MarkedText({ text, hits }: { text: string; hits: readonly Hit[] }) {
  const { t } = useUi();
  return segments(text, hits).map((piece, at) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: pieces of one text have no other name and never move
    const shown = piece.mask ? <MaskChip key={at} mask={piece.mask} /> : piece.text;
    const top = piece.marks[0];
    if (!top) return shown;
    const titles = piece.marks.map((mark) => mark.title).join('、');
    return (
      <mark key={at} className={`sev-${top.severity}`} title={titles}>
        {shown}
        <span className="sr-only">（{t('transcript.hit', { titles })}）</span>
      </mark>
    );
    // biome-ignore-end lint/suspicious/noArrayIndexKey: as above
  });
}

function MaskChip({ mask }: { mask: Mask }) {
  const { t } = useUi();
  return (
    <span className="mask" title={maskTitle(t, mask.hash)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path fillRule="evenodd" d={LOCK_SHAPE} />
      </svg>
      {t(`mask.${mask.type}`)}
    </span>
  );
}
