import { ask } from '../instance/ask.js';
import { type At, runningInstance } from '../instance/instance.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { headed, shortTopic } from './spell.js';
import { table } from './table.js';

/** A dead letter without its bytes, as the console tells it. */
export interface Letter {
  id: string;
  topic: string;
  partition: number;
  /** -1: it never had a place on the log. */
  offset: number;
  key: string;
  reason: string;
  /** Log time of the record, and of its being set aside; epoch ms. */
  atMs: number;
  setAsideMs: number;
  bytes: number;
  state: 'open' | 'replayed' | 'dropped';
  marks: { action: string; by: string; why: string; atMs: number; replayedTo?: number }[];
  /** The letter whose bytes were put back, and failed again as this one. */
  replayOf?: string;
}

export interface LetterFilter {
  topic?: string;
  code?: string;
  since?: number;
}

interface Shown extends Letter {
  sha256: string;
  unreadable?: string;
  content?: unknown;
}

interface Content {
  content?: unknown;
  hex?: string;
}

const PATH = '/v1/admin/dead-letters';

/** What the log could not use, newest first; without `handled` what nobody has done anything about yet. */
export async function deadLettersList(
  { json, limit, handled, ...options }: At & LetterFilter & { json?: boolean; limit: number; handled?: boolean },
  context: CommandContext,
): Outcome {
  const { lang, out, err } = context;
  const query = { limit: String(limit), ...(handled && { handled: 'true' }) };
  const { letters, total, unreadable } = await lettersAt(options, options, query, context);
  if (json) {
    await out(JSON.stringify({ letters, total, unreadable }));
    return 0;
  }
  const rows = letters.map(({ id, setAsideMs, topic, reason, key, bytes, state, replayOf }) => ({
    id,
    'set-aside': new Date(setAsideMs).toISOString(),
    topic: shortTopic(topic),
    code: reason,
    key,
    bytes,
    state: sentence(lang, `letter-${state}`),
    'replay-of': replayOf ?? '',
  }));
  for (const line of table(headed(lang, rows))) await out(line);
  err(sentence(lang, 'letters-shown', { shown: letters.length, total }));
  if (unreadable > 0) err(sentence(lang, 'letters-unreadable', { count: unreadable }));
  return 0;
}

/** All about one letter; what was said in it only with `text`, and only for who may read it. */
export async function deadLettersShow(
  id: string,
  { json, text, ...at }: At & { json?: boolean; text?: boolean },
  context: CommandContext,
): Outcome {
  const { lang, out, stopping } = context;
  const instance = runningInstance(at);
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const shown = (await ask(instance, path, undefined, stopping)) as Shown;
  const whole = text ? ((await ask(instance, `${path}/content`, undefined, stopping)) as Content) : {};
  const all = { ...shown, ...whole };
  if (json) {
    await out(JSON.stringify(all));
    return 0;
  }
  const { topic, partition, offset, key, reason, atMs, setAsideMs, bytes, sha256, state, marks, replayOf } = all;
  const from = offset < 0 ? `${topic}/${partition}` : `${topic}/${partition}/${offset}`;
  const rows = {
    id,
    code: reason,
    from,
    key,
    at: new Date(atMs).toISOString(),
    'set-aside': new Date(setAsideMs).toISOString(),
    state: sentence(lang, `letter-${state}`),
    ...(replayOf !== undefined && { 'replay-of': replayOf }),
    bytes: `${bytes}, sha256 ${sha256}`,
  };
  const [named = {}] = headed(lang, [rows]);
  for (const [name, value] of Object.entries(named)) await out(`${name}: ${String(value)}`);
  for (const mark of marks) await out(`  ${spellMark(mark)}`);
  if (all.content !== undefined) await out(JSON.stringify(all.content, undefined, 2));
  else if ('hex' in whole) await out(whole.hex ?? '');
  else await out(sentence(lang, 'letter-undecodable', { code: all.unreadable ?? '' }));
  if (!text) context.err(sentence(lang, 'letter-withheld'));
  return 0;
}

function spellMark({ action, by, why, atMs, replayedTo }: Letter['marks'][number]): string {
  const to = replayedTo === undefined ? '' : ` → ${replayedTo}`;
  return `${new Date(atMs).toISOString()} ${action}${to} ${by}${why === '' ? '' : `: ${why}`}`;
}

export async function lettersAt(
  at: At,
  { topic, code, since }: LetterFilter,
  more: Record<string, string>,
  { stopping }: CommandContext,
) {
  const query = new URLSearchParams(more);
  if (topic !== undefined) query.set('topic', topic.includes('.') ? topic : `earshot.${topic}.v1`);
  if (code !== undefined) query.set('code', code);
  if (since !== undefined) query.set('since', String(since));
  const answer = await ask(runningInstance(at), `${PATH}?${query}`, undefined, stopping);
  return answer as { letters: Letter[]; total: number; unreadable: number };
}
