export const LANGS = ['zh', 'en'] as const;
export type Lang = (typeof LANGS)[number];

/** `--lang` wins, then an English or Chinese locale; a locale that says neither gets Chinese, as the pages do. */
export function chooseLang(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Lang {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const given = at < 0 ? undefined : args[at]?.includes('=') ? args[at]?.slice('--lang='.length) : args[at + 1];
  const locale = given ?? env['EARSHOT_LANG'] ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return locale.toLowerCase().startsWith('en') ? 'en' : 'zh';
}
