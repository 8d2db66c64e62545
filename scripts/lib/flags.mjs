// `npm start --port 9000` (without the `--` before it) never reaches the script as written: npm keeps the flag,
// hands down npm_config_port, and passes the value as a bare word. What the user meant is put together again here.

const LANGS = ['zh', 'en'];
const NEGATED = ['demo', 'analysis'];

/**
 * @param {readonly string[]} args what came through
 * @param {Record<string, string | undefined>} env
 * @returns {string[]}
 */
export function withSwallowedFlags(args, env) {
  const kept = [...args];
  /** @type {string[]} */
  const found = [];
  /** @param {string} name @param {(word: string) => boolean} fits @param {boolean} asked */
  const take = (name, fits, asked) => {
    if (kept.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))) return;
    const value = env[`npm_config_${name.replace('-', '_')}`];
    const at = bareWords(kept).find((index) => fits(kept[index] ?? ''));
    if (value && value !== 'true') found.push(`--${name}`, value);
    else if (at !== undefined && (asked || value === 'true')) found.push(`--${name}`, ...kept.splice(at, 1));
  };
  take('port', (word) => /^\d+$/.test(word), true);
  take('lang', (word) => LANGS.includes(word), true);
  take('data-dir', () => true, false);
  take('replicas', (word) => word.includes('='), false);
  for (const name of NEGATED) {
    if (env[`npm_config_${name}`] === '' && !kept.includes(`--no-${name}`)) found.push(`--no-${name}`);
  }
  return [...kept, ...found];
}

/**
 * Positions of words that no flag before them claims.
 * @param {readonly string[]} args
 */
function bareWords(args) {
  return args.flatMap((arg, index) => {
    const before = args[index - 1] ?? '';
    const claimed = before.startsWith('--') && !before.includes('=') && !before.startsWith('--no-');
    return arg.startsWith('-') || claimed ? [] : [index];
  });
}
