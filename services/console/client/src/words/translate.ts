export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export type Catalogue = Record<string, string>;
export type Params = Record<string, string | number>;
export type Translate = (key: string, params?: Params) => string;

const LANGUAGE_KEY = 'earshot:lang';

/** Later catalogues win. An unknown key answers itself, so that a gap is seen and nothing breaks. */
export function translator(...catalogues: Catalogue[]): Translate {
  const words: Catalogue = Object.assign({}, ...catalogues);
  return (key, params) => {
    const template = words[key] ?? key;
    return params ? template.replace(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole)) : template;
  };
}

interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What the person chose last, else what the product was started in, else Chinese. */
export function pickLanguage(store: TextStore, preferred?: string): Language {
  const wanted = store.getItem(LANGUAGE_KEY) ?? preferred;
  return wanted === 'en' ? 'en' : 'zh';
}

export function keepLanguage(store: TextStore, language: Language): void {
  store.setItem(LANGUAGE_KEY, language);
}

/** A span of time as exact as one wants to know it: 24 ms, 3.2 s, 5 min. */
export function lapse(t: Translate, ms: number): string {
  if (ms < 1_000) return t('time.ms', { count: Math.max(0, Math.round(ms)) });
  return ms < 60_000 ? t('time.seconds', { count: (ms / 1_000).toFixed(1) }) : duration(t, ms);
}

/** Equal values can be told from others by their hash, which nobody has to read. */
export function maskTitle(t: Translate, hash: string): string {
  return hash === '' ? t('mask.title.cut') : t('mask.title', { hash });
}

export function duration(t: Translate, ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t('time.seconds', { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('time.minutes', { count: minutes });
  return t('time.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
