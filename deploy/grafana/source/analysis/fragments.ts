/** Rows of the chosen tenant and time; `column` is when it happened. The only macros are this one and `$__interval_s`. */
export const chosen = (column: string): string => `tenant = \${tenant:singlequote} AND $__timeFilter_ms(${column})`;

export const bucket = (column: string): string => `toStartOfInterval(${column}, INTERVAL $__interval_s second)`;

/** Words of the log as people say them; what is new there stays as it is. */
const named = (column: string, words: Record<string, string>): string => {
  const list = (all: string[]) => `[${all.map((one) => `'${one}'`).join(', ')}]`;
  const names = Object.entries(words).map(([code, zh]) => `${zh} · ${code}`);
  return `transform(${column}, ${list(Object.keys(words))}, ${list(names)}, toString(${column}))`;
};

export const severity = named('severity', { critical: '严重', high: '高', medium: '中', low: '低' });
export const channel = named('channel', { voice: '语音', chat: '在线', video: '视频', email: '邮件', social: '社交' });
export const outcome = named('outcome', {
  rescued: '已化解',
  'false-alarm': '误报',
  'too-late': '已晚',
  other: '其他',
});

export const SEVERITY_COLOURS = {
  '严重 · critical': 'dark-red',
  '高 · high': 'red',
  '中 · medium': 'orange',
  '低 · low': 'yellow',
};

/** A name that is missing is said to be missing. */
export const orNone = (column: string): string => `if(${column} = '', '（无）· none', ${column})`;

/** Of alerts: not those that were history on arrival. */
export const LIVE_ALERTS = `FROM earshot.alerts FINAL
WHERE ${chosen('spoken_at')} AND NOT history`;
