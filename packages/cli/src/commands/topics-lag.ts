import { ask } from '../instance/ask.js';
import { type At, runningInstance } from '../instance/instance.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { headed, shortTopic, spellMs } from './spell.js';
import { table } from './table.js';

interface GroupLag {
  group: string;
  topic: string;
  records: number;
  /** Age of the oldest record that the group has not read, ms. */
  ageMs: number;
  worst?: { partition: number; records: number; ageMs: number };
  /** Records that retention took before the group had read them. */
  missed: number;
}

/** How far each group is behind on each topic, in records and in time; the furthest behind by time first. */
export async function topicsLag({ json, ...at }: At & { json?: boolean }, context: CommandContext): Outcome {
  const { lang, out, err, stopping } = context;
  const { groups } = (await ask(runningInstance(at), '/v1/admin/lag', undefined, stopping)) as { groups: GroupLag[] };
  groups.sort((a, b) => b.ageMs - a.ageMs || b.records - a.records);
  if (json) {
    await out(JSON.stringify(groups));
    return 0;
  }
  const rows = groups.map(({ group, topic, records, ageMs, worst, missed }) => ({
    group,
    topic: shortTopic(topic),
    behind: records,
    age: spellMs(ageMs),
    worst: worst ? `#${worst.partition}: ${worst.records}, ${spellMs(worst.ageMs)}` : '',
    missed: missed > 0 ? missed : '',
  }));
  for (const line of table(headed(lang, rows))) await out(line);
  if (groups.length === 0) err(sentence(lang, 'no-groups'));
  if (groups.some(({ missed }) => missed > 0)) err(sentence(lang, 'lag-missed'));
  return 0;
}
