import { ask } from '../instance/ask.js';
import { type At, runningInstance } from '../instance/instance.js';
import { isWord, sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { headed, shortTopic, spellMs } from './spell.js';
import { table } from './table.js';

interface TopicLine {
  topic: string;
  key: string;
  /** In English; the catalogue of words has it in both languages. */
  holds: string;
  compacted: boolean;
  /** Absent: for ever. */
  keptMs?: number;
  partitions: { first: number; next: number }[];
  records: number;
}

/** The topics of the log: what each holds, how much and how long. */
export async function topicsList({ json, ...at }: At & { json?: boolean }, context: CommandContext): Outcome {
  const { lang, out, stopping } = context;
  const { topics } = (await ask(runningInstance(at), '/v1/admin/topics', undefined, stopping)) as {
    topics: TopicLine[];
  };
  if (json) {
    await out(JSON.stringify(topics));
    return 0;
  }
  const rows = topics.map(({ topic, holds, compacted, keptMs, partitions, records }) => {
    const word = `holds-${shortTopic(topic)}`;
    const kept = keptMs === undefined ? sentence(lang, compacted ? 'kept-last' : 'kept-for-ever') : spellMs(keptMs);
    return { topic, partitions: partitions.length, records, kept, holds: isWord(word) ? sentence(lang, word) : holds };
  });
  for (const line of table(headed(lang, rows))) await out(line);
  return 0;
}
