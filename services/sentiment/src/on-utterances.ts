import type { AppendEntry, Assignment, Log, LogRecord, PartitionHandler } from '@earshot/log';
import { type ConversationFact, conversationKey } from '@earshot/model';
import type { Scorer } from '@earshot/sentiment';
import { decodeConversationFact, encodeConversationFact, mayBeFinalUtterance } from '@earshot/wire';
import { type Hears, scoreFact } from './domain/score-fact.js';

export interface ScoringDeps {
  log: Log;
  scorer: Scorer;
  hears: Hears;
  /** A record this much older than the log's clock is left: its conversation may be closed, ms. */
  maxAgeMs: number;
  /** The offset moves at the latest after this many records that brought nothing to say. */
  commitEvery: number;
  /** And this long after them, ms: who asks how far the group is behind is told what is still to be scored. */
  commitWithinMs: number;
  onScored(count: number): void;
  onLeft(reason: 'late' | 'undecodable'): void;
}

/**
 * One partition of `conversations`: the scores of a batch are durable in the same partition before the offset moves,
 * so a crash repeats scores and loses none.
 */
export function scorePartition(assignment: Assignment, deps: ScoringDeps): PartitionHandler {
  const { topic, partition, committed, first } = assignment;
  const from = Math.max(committed?.offset ?? first, first);
  let done = from;
  let kept = from;
  let quiet: NodeJS.Timeout | undefined;
  let moving: Promise<void> = Promise.resolve();

  const move = (): Promise<void> => {
    clearTimeout(quiet);
    quiet = undefined;
    const to = done;
    const moved = moving.then(async () => {
      if (to === kept) return;
      await assignment.commit(to, '');
      kept = to;
    });
    moving = moved.catch(() => undefined);
    return moved;
  };

  return {
    from,
    async handle(records) {
      const youngest = deps.log.clock() - deps.maxAgeMs;
      const entries = records.flatMap((record): AppendEntry[] => {
        const fact = mayBeFinalUtterance(record.value) ? read(record, deps) : undefined;
        const score = fact && scoreFact(fact, deps.scorer, deps.hears);
        if (!score) return [];
        if (record.timestampMs < youngest) {
          deps.onLeft('late');
          return [];
        }
        const key = conversationKey(score.tenant, score.conversationId);
        return [{ topic, key, partition, value: encodeConversationFact(score) }];
      });
      if (entries.length > 0) {
        await deps.log.append(entries);
        deps.onScored(entries.length);
      }
      done = (records.at(-1)?.offset ?? done - 1) + 1;
      if (entries.length > 0 || done - kept >= deps.commitEvery) await move();
      // Nobody is told of a failure here: the next records bring the offset along, or it is said then.
      else quiet ??= setTimeout(() => void move().catch(() => undefined), deps.commitWithinMs);
    },
    // What was not committed had nothing to say, or has said it: reading it again costs nothing.
    close: async () => {
      clearTimeout(quiet);
      await moving;
    },
  };
}

/** What cannot be read is the rule engine's to put among the dead letters. */
function read(record: LogRecord, { onLeft }: ScoringDeps): ConversationFact | undefined {
  try {
    return decodeConversationFact(record.value);
  } catch {
    onLeft('undecodable');
    return undefined;
  }
}
