import { useEffect, useState } from 'preact/hooks';
import type { Link } from '../../client/src/live/state.js';
import { applyTheme, keptTheme, THEMES } from '../../client/src/look/theme.js';
import { linkText, linkTone } from '../../client/src/words/link-text.js';
import type { Translate } from '../../client/src/words/translate.js';

interface BarProps {
  t: Translate;
  link: Link;
  nowMs: number;
  keys: boolean;
  onKeys(): void;
  onLanguage(): void;
}

export function Bar({ t, link, nowMs, keys, onKeys, onLanguage }: BarProps) {
  const [theme, setTheme] = useState(keptTheme());
  useEffect(() => applyTheme(theme, () => undefined), [theme]);
  const look = t(`theme.${theme}`);
  return (
    <header class="bar">
      <h1>{t('brand')}</h1>
      <span class={`link ${linkTone(link)}`}>
        <i aria-hidden="true" />
        {linkText(t, link, nowMs)}
      </span>
      {/* Without the seconds: a reader must not be told every one of them. */}
      <span class="sr-only" role="status">
        {t(link.phase === 'reconnecting' ? 'link.lost' : `link.${link.phase}`)}
      </span>
      <span class="tools">
        <button type="button" aria-pressed={keys} title={t('keys.hint')} onClick={onKeys}>
          {t(keys ? 'keys.on' : 'keys.off')}
        </button>
        <button
          type="button"
          aria-label={t('theme.label', { theme: look })}
          onClick={() => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto')}
        >
          {look}
        </button>
        <button type="button" aria-label={t('lang.label')} onClick={onLanguage}>
          {t('lang.other')}
        </button>
      </span>
    </header>
  );
}
