import type { ConversationEvent } from '@earshot/model';
import type { TimedEvent } from './events.js';

export interface PlayOptions {
  send(event: ConversationEvent): Promise<unknown>;
  /** Resolves after that many ms, or at once when stopped. */
  pause(ms: number): Promise<void>;
  now(): number;
  stopped?: () => boolean;
}

/** Sends every event at its moment, in order; resolves when the last one has been answered. */
export async function play(events: readonly TimedEvent[], { send, pause, now, stopped }: PlayOptions): Promise<void> {
  const startMs = now();
  const answers: Promise<unknown>[] = [];
  for (const { atMs, event } of events) {
    const wait = startMs + atMs - now();
    if (wait > 0) await pause(wait);
    if (stopped?.()) break;
    answers.push(send(event));
  }
  await Promise.all(answers);
}
