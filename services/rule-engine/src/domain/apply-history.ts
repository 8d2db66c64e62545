import type { Applied } from '@earshot/log/fold';
import { type ConversationRecord, type HistoryAnswer, subjectName } from '@earshot/model';

/** Of each subject the answer with the highest cause counts, in whatever order they arrive. */
export function applyHistory(record: ConversationRecord, { kind: _, ...count }: HistoryAnswer): Applied {
  const name = subjectName(count.subject);
  const known = record.history?.get(name);
  if (known && known.cause >= count.cause) return { kind: 'repeated' };
  record.history = new Map([...(record.history ?? []), [name, count]]);
  return { kind: 'inspected' };
}
