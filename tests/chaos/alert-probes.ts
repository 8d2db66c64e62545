import { utteranceAnchor } from '@earshot/model';
import type { Planned } from '../load/plan.js';
import { PLANTED } from '../load/words.js';

export interface ProbeOptions {
  name: string;
  /** Partitions that are probed, and how one of a conversation's name is found. */
  partitions: readonly number[];
  partitionOf(conversationId: string): number;
  /** How often each partition is probed, ms. */
  everyMs: number;
  /** Epoch ms, and how long, ms. */
  startMs: number;
  runMs: number;
}

/** Then another conversation goes on: a set of findings is told whole, and grows with each of them. */
const UTTERANCES = 10;

/** On every partition somebody says a planted phrase again and again: the longest silence behind one is the gap. */
export function* alertProbes(options: ProbeOptions): Generator<Planned> {
  const { name, partitions, everyMs, startMs, runMs } = options;
  const stepMs = everyMs / partitions.length;
  for (let round = 0; round * everyMs < runMs; round++) {
    const [series, segment] = [Math.floor(round / UTTERANCES), round % UTTERANCES];
    for (const [index, partition] of partitions.entries()) {
      const atMs = round * everyMs + index * stepMs;
      const conversationId = nameOn(partition, `${name}-${series}`, options);
      yield probe(conversationId, segment, atMs, startMs);
      if (segment !== UTTERANCES - 1) continue;
      yield { atMs, event: { conversationId, atMs: Math.round(startMs + atMs), body: { kind: 'ended' } }, effects: [] };
    }
  }
}

/** Both in the order of their times. */
export function* merged(one: Iterator<Planned>, other: Iterator<Planned>): Generator<Planned> {
  let [left, right] = [one.next(), other.next()];
  for (;;) {
    if (!left.done && (right.done || left.value.atMs <= right.value.atMs)) {
      yield left.value;
      left = one.next();
    } else if (!right.done) {
      yield right.value;
      right = other.next();
    } else return;
  }
}

export const isProbe = (conversationId: string, name: string) => conversationId.startsWith(`${name}-`);

function probe(conversationId: string, segment: number, atMs: number, startMs: number): Planned {
  const endMs = Math.round(startMs + atMs);
  const who = { participantId: 'p-customer', role: 'customer', leg: 'customer' } as const;
  const words = { segment, revision: 0, final: true, text: PLANTED.phrase, startMs: endMs - 300, endMs };
  const anchor = utteranceAnchor('customer', segment);
  return {
    atMs,
    event: { conversationId, atMs: endMs, body: { kind: 'utterance', ...who, ...words } },
    effects: [{ conversationId, rule: 'planted-phrase', anchor, becomes: 'stands' }],
  };
}

function nameOn(partition: number, name: string, { partitionOf }: ProbeOptions): string {
  for (let i = 0; ; i++) {
    const conversationId = `${name}-${partition}-${i}`;
    if (partitionOf(conversationId) === partition) return conversationId;
  }
}
