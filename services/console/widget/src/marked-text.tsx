import type { TranscriptLine } from '@earshot/wire/live';
import { LOCK_SHAPE } from '../../client/src/look/icon-paths.js';
import type { Mask } from '../../client/src/text/masks.js';
import { segments } from '../../client/src/text/segments.js';
import { maskTitle, type Translate } from '../../client/src/words/translate.js';

/** What was said: hit words marked, masked values as words. Text nodes only. */
export function MarkedText({ text, hits, t }: { text: string; hits: TranscriptLine['hits']; t: Translate }) {
  return (
    <>
      {segments(text, hits).map((piece, at) => {
        const shown = piece.mask ? <MaskChip key={at} mask={piece.mask} t={t} /> : piece.text;
        const top = piece.marks[0];
        if (!top) return shown;
        const titles = piece.marks.map((mark) => mark.title).join('、');
        return (
          <mark key={at} class={`sev-${top.severity}`} title={titles}>
            {shown}
            <span class="sr-only">（{t('transcript.hit', { titles })}）</span>
          </mark>
        );
      })}
    </>
  );
}

function MaskChip({ mask, t }: { mask: Mask; t: Translate }) {
  return (
    <span class="mask" title={maskTitle(t, mask.hash)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path fill-rule="evenodd" d={LOCK_SHAPE} />
      </svg>
      {t(`mask.${mask.type}`)}
    </span>
  );
}
