import { createClient, type NewEvent } from '@earshot/client';
import type { ConversationFact, EventBody } from '@earshot/model';
import { Chance, writeTalk } from '@earshot/testkit';
import { manyStreams } from '../load/sender.js';

export interface TalksOptions {
  seed: number;
  /** Utterances, however many revisions each has. */
  utterances: number;
  /** Takes part in every conversation's name. */
  name: string;
  /** Conversations that are open at once. */
  open: number;
}

/** What was sent: the same for the same seed, but for the times at which conversations begin. */
export interface Sent {
  utterances: number;
  events: number;
  /** Codes of what was not taken. */
  refused: string[];
  /** Epoch ms at which each conversation began. */
  startedMs: Map<string, number>;
}

interface Open {
  startedMs: number;
  events: Iterator<NewEvent>;
}

/** As a contact centre's few gateways would. */
const STREAMS = 4;
const WINDOW = 256;

/**
 * Many conversations from a seed, interleaved: partials that flip, corrections, withdrawals, transfers, repeats, events
 * that come late or in another order. Each begins when its turn comes.
 */
export function* talks(options: TalksOptions, now: () => number): Generator<NewEvent & { startedMs: number }> {
  const chance = new Chance(options.seed);
  const running: Open[] = [];
  let utterances = 0;
  for (let count = 0; utterances < options.utterances || running.length > 0; ) {
    while (utterances < options.utterances && running.length < options.open) {
      const conversationId = `${options.name}-${count++}`;
      const startedMs = now();
      const arrivals = writeTalk(new Chance(chance.below(2 ** 31)), {
        conversationId,
        startMs: startedMs,
        ruleSetHash: '',
      });
      utterances += utterancesIn(arrivals.map(({ fact }) => fact));
      // Generated talk holds nothing that an engine says.
      const events = arrivals.map(({ fact: { eventId, atMs, body } }) => ({
        conversationId,
        eventId,
        atMs,
        body: body as EventBody,
      }));
      running.push({ startedMs, events: events.values() });
    }
    const at = chance.below(running.length);
    const { events, startedMs } = running[at] as Open;
    const next = events.next();
    if (next.done) running.splice(at, 1);
    else yield { ...next.value, startedMs };
  }
}

/** Through the public gRPC door, as fast as it takes them; resolves once everything has been answered. */
export async function tellTalks(
  options: TalksOptions,
  address: string,
  onProgress: (events: number) => void = () => undefined,
): Promise<Sent> {
  const client = createClient({ address, source: 'text', window: WINDOW, giveUpMs: 300_000 });
  const { send } = manyStreams(client, STREAMS);
  const sent: Sent = { utterances: 0, events: 0, refused: [], startedMs: new Map() };
  const segments = new Set<string>();
  let waiting = 0;
  let failure: unknown;
  let wake = () => {};
  const below = async (limit: number) => {
    while (waiting >= limit && failure === undefined) await new Promise<void>((resolve) => (wake = resolve));
    if (failure !== undefined) throw failure;
  };
  try {
    for (const { startedMs, ...event } of talks(options, Date.now)) {
      sent.startedMs.set(event.conversationId, startedMs);
      sent.events += 1;
      const { body } = event;
      if (body.kind === 'utterance') segments.add(`${event.conversationId} ${body.leg} ${body.segment}`);
      waiting += 1;
      const answered = send(event).then(
        (result) => {
          if (!result.ok) sent.refused.push(result.code);
        },
        (error: unknown) => {
          failure = error;
        },
      );
      void answered.then(() => {
        waiting -= 1;
        wake();
      });
      await below(STREAMS * WINDOW);
      onProgress(sent.events);
    }
    await below(1);
  } finally {
    await client.close();
  }
  sent.utterances = segments.size;
  return sent;
}

function utterancesIn(facts: readonly ConversationFact[]): number {
  const names = facts.flatMap(({ body }) => (body.kind === 'utterance' ? [`${body.leg} ${body.segment}`] : []));
  return new Set(names).size;
}
