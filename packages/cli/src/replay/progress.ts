import type { Lang } from '../words/lang.js';
import { sentence } from '../words/words.js';

export interface Progress {
  conversations: number;
  utterances: number;
  /** Share of the file that is done, 0 to 1; absent where the length is unknown (standard input). */
  share?: number;
  elapsedMs: number;
}

/** One line: how far, how fast, how long still. */
export function progressLine({ conversations, utterances, share, elapsedMs }: Progress, lang: Lang): string {
  const perSecond = elapsedMs > 0 ? Math.round((utterances * 1000) / elapsedMs) : 0;
  const done = sentence(lang, 'progress', { conversations, utterances, perSecond });
  if (share === undefined) return done;
  const percent = `${Math.floor(Math.min(1, share) * 100)}%`;
  if (share <= 0 || share >= 1) return `${percent} · ${done}`;
  return `${percent} · ${done} · ${timeLeft((elapsedMs * (1 - share)) / share, lang)}`;
}

function timeLeft(leftMs: number, lang: Lang): string {
  const seconds = Math.ceil(leftMs / 1000);
  if (seconds < 60) return sentence(lang, 'left-seconds', { seconds });
  return sentence(lang, 'left-minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}
