import type { AppendEntry, Log } from '@earshot/log';
import { TOPICS } from '@earshot/wire';
import { logMethods } from './log-class.js';

/** What a service says leaves this long after the service was told that it had, so offsets move before it. */
const LATE_MS = 500;
/** Long enough that each kill meets some that are on their way. */
const LATE_DEAD_LETTERS_MS = 3_000;
const SAID: readonly string[] = [TOPICS.cases, TOPICS.alerts, TOPICS.deadLetters];

const methods = await logMethods();
const append = methods.append;

methods.append = async function (this: Log, entries: readonly AppendEntry[]) {
  const late = entries.filter(({ topic, partition }) => SAID.includes(topic) && partition === undefined);
  const now = entries.filter((entry) => !late.includes(entry));
  const [letters, rest] = [true, false].map((dead) =>
    late.filter(({ topic }) => (topic === TOPICS.deadLetters) === dead),
  );
  const sayIn = (ms: number, said: readonly AppendEntry[] = []) => {
    if (said.length > 0) setTimeout(() => void append.call(this, said).catch(() => undefined), ms);
  };
  sayIn(LATE_MS, rest);
  sayIn(LATE_DEAD_LETTERS_MS, letters);
  const offsets = await append.call(this, now);
  return entries.map((entry) => (late.includes(entry) ? 0 : (offsets.shift() ?? 0)));
};
