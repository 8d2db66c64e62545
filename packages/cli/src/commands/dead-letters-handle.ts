import { userInfo } from 'node:os';
import { EarshotError } from '@earshot/model';
import { ask } from '../instance/ask.js';
import { type At, runningInstance } from '../instance/instance.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { type Letter, type LetterFilter, lettersAt } from './dead-letters.js';
import { headed, shortTopic } from './spell.js';
import { table } from './table.js';

/** Letters of one request. */
const AT_ONCE = 100;
/** The console holds no more at once. */
const MOST_LETTERS = 200_000;

interface Handled {
  id: string;
  topic: string;
  partition: number;
  done: 'replayed' | 'dropped' | 'already' | 'refused';
  offset?: number;
  code?: string;
}

interface HandleOptions extends At {
  why?: string;
  json?: boolean;
}

export interface ReplayOptions extends HandleOptions, LetterFilter {
  all?: boolean;
  /** Also what was handled before. */
  again?: boolean;
  /** Says what would be put back, and puts nothing back. */
  dryRun?: boolean;
}

/**
 * Puts the bytes of letters back where they came from: these, or all open ones of a code. Which those are is asked once:
 * what fails again meanwhile is a new letter, and waits for its own turn. Exit code 1 if one of them could not go.
 */
export async function deadLettersReplay(
  ids: readonly string[],
  options: ReplayOptions,
  context: CommandContext,
): Outcome {
  const { all = false, code, again = false, dryRun = false } = options;
  if (all === ids.length > 0 || (all && code === undefined)) {
    throw new EarshotError('replay-what', '', { detail: { exitCode: 2 } });
  }
  const wanted = all ? await openIds(options, context) : ids;
  if (dryRun) {
    for (const id of wanted) await context.out(id);
    context.err(sentence(context.lang, 'replay-would', { count: wanted.length }));
    return 0;
  }
  return handle('replay', wanted, { again }, options, context);
}

/** Says, with who and why, that nothing more is to be done about these; the log keeps them. */
export function deadLettersDrop(ids: readonly string[], options: HandleOptions, context: CommandContext): Outcome {
  return handle('drop', ids, {}, options, context);
}

async function handle(
  what: 'replay' | 'drop',
  ids: readonly string[],
  more: Record<string, unknown>,
  { why = '', json, ...at }: HandleOptions,
  { lang, out, err, stopping }: CommandContext,
): Outcome {
  const instance = runningInstance(at);
  const handled: Handled[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const body = { ids: ids.slice(from, from + AT_ONCE), ...more, why, author: userInfo().username };
    const { letters } = (await ask(instance, `/v1/admin/dead-letters/${what}`, body, stopping)) as {
      letters: Handled[];
    };
    handled.push(...letters);
    if (ids.length > AT_ONCE) err(sentence(lang, 'letters-progress', { done: handled.length, all: ids.length }));
  }
  const count = (done: Handled['done']) => handled.filter((one) => one.done === done).length;
  const refused = count('refused');
  if (json) await out(JSON.stringify({ letters: handled }));
  else {
    const rows = handled.map(({ id, topic, partition, done, offset, code }) => ({
      id,
      topic: shortTopic(topic),
      partition,
      done: sentence(lang, `letter-${done}`),
      offset: offset ?? '',
      code: code ?? '',
    }));
    for (const line of table(headed(lang, rows))) await out(line);
    const done = what === 'replay' ? count('replayed') : count('dropped');
    const word = what === 'replay' ? 'letters-replayed' : 'letters-dropped';
    err(sentence(lang, word, { done, already: count('already'), refused }));
  }
  return refused > 0 ? 1 : 0;
}

async function openIds(options: ReplayOptions, context: CommandContext): Promise<string[]> {
  const { letters } = await lettersAt(options, options, { limit: String(MOST_LETTERS) }, context);
  return letters.sort(byPlace).map(({ id }) => id);
}

/** What came first of a partition goes back first. */
function byPlace(a: Letter, b: Letter): number {
  return a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset || a.atMs - b.atMs;
}
