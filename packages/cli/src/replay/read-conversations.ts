import { badInput } from '../failure.js';
import type { ReplayConversation } from './conversation.js';
import { readLines } from './lines.js';
import { readConversation } from './read-conversation.js';

export interface ReadConversation {
  conversation: ReplayConversation;
  /** Bytes of the file read so far, for progress. */
  bytesRead: number;
}

/** Streams conversations.jsonl, one conversation in memory at a time; stops at the first bad line (exit code 2). */
export async function* readConversations(file: string): AsyncGenerator<ReadConversation> {
  const seen = new Set<string>();
  for await (const line of readLines(file)) {
    const conversation = readConversation(line, file);
    if (seen.has(conversation.id)) throw badInput('id-twice', file, line.number, 'id');
    seen.add(conversation.id);
    yield { conversation, bytesRead: line.bytesRead };
  }
}
