import type { AppendEntry, Log } from '@earshot/log';
import { TOPICS } from '@earshot/wire';
import { logMethods } from './log-class.js';

/** What a service says leaves half a second after the service was told that it had, so offsets move before it. */
const LATE_MS = 500;
const SAID: readonly string[] = [TOPICS.cases, TOPICS.alerts, TOPICS.deadLetters];

const methods = await logMethods();
const append = methods.append;

methods.append = async function (this: Log, entries: readonly AppendEntry[]) {
  const late = entries.filter(({ topic, partition }) => SAID.includes(topic) && partition === undefined);
  const now = entries.filter((entry) => !late.includes(entry));
  if (late.length > 0) setTimeout(() => void append.call(this, late).catch(() => undefined), LATE_MS);
  const offsets = await append.call(this, now);
  return entries.map((entry) => (late.includes(entry) ? 0 : (offsets.shift() ?? 0)));
};
