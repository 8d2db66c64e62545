import type { Language } from '../../client/src/words/translate.js';
import type { Stage } from './boot.js';
import { words } from './words.js';

/** The page before there is a session. */
export function Message({ stage, language }: { stage: Stage; language: Language }) {
  const t = words(language);
  const text =
    stage.kind === 'unreachable'
      ? t('boot.failed', { seconds: Math.round(stage.retryMs / 1000) })
      : t(stage.kind === 'ready' ? 'link.live' : `link.${stage.kind}`);
  return (
    <main class="message">
      <h1>{t('brand')}</h1>
      <p role="status">{text}</p>
    </main>
  );
}
