export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = 'earshot:theme';

export function keptTheme(): Theme {
  const kept = localStorage.getItem(THEME_KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

/** Puts the theme on the document, now and whenever the system's changes; returns the way to stop. */
export function applyTheme(theme: Theme, onChange: (dark: boolean) => void): () => void {
  localStorage.setItem(THEME_KEY, theme);
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const paint = () => {
    const dark = theme === 'dark' || (theme === 'auto' && system.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    onChange(dark);
  };
  paint();
  system.addEventListener('change', paint);
  return () => system.removeEventListener('change', paint);
}
