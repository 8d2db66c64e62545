import type { Log } from '@earshot/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleChild, startChild } from '../../../../packages/log/src/testing/child.js';
import type { ReaderAt, ReaderMode } from './children/inbound-reader.js';
import { factsOn, hearInbound, publish, segmentOf, until, words } from './inbound.js';

const CONVERSATIONS = 12;
const EACH = 150;

export interface InboundPlace {
  /** How a process of its own opens it. */
  at: ReaderAt;
  open(): Promise<Log>;
  remove(): Promise<void>;
}

/** A reader of the inbound topic that is killed, over and over; `deaths`: after how many appended facts each dies. */
export function describeInboundKills(
  name: string,
  deaths: readonly number[],
  makePlace: () => Promise<InboundPlace>,
): void {
  describe(`kills of who reads the inbound topic: ${name}`, () => {
    let reader: Awaited<ReturnType<typeof bundleChild>>;
    beforeAll(async () => {
      reader = await bundleChild(new URL('./children/inbound-reader.ts', import.meta.url));
    });
    afterAll(() => reader.remove());

    const lived = async (at: ReaderAt, mode: ReaderMode, dieAt: number) => {
      const child = startChild(process.execPath, [reader.program, JSON.stringify({ at, mode, dieAt })]);
      const timer = setTimeout(() => child.process.kill('SIGTERM'), 30_000);
      const { signal } = await child.ended;
      clearTimeout(timer);
      expect(signal).toBe('SIGKILL');
    };

    /** Publishes, lets readers live and die, and one read on to the end: what stands on the log then. */
    async function survive(place: InboundPlace, lives: readonly [ReaderMode, number][]) {
      const sent = Array.from({ length: CONVERSATIONS * EACH }, (_, n) =>
        words(Math.floor(n / CONVERSATIONS), `句${n}`, `call-${n % CONVERSATIONS}`),
      );
      const before = await place.open();
      await publish(before, sent);
      await before.close();
      for (const [mode, dieAt] of lives) await lived(place.at, mode, dieAt);
      const log = await place.open();
      const door = await hearInbound(log);
      try {
        // Behind everything that was published: when these are there, so is whatever will ever be.
        const last = Array.from({ length: CONVERSATIONS }, (_, n) => words(EACH, '完', `call-${n}`));
        await publish(log, last);
        const ended = async () => new Set((await factsOn(log)).filter((one) => segmentOf(one) === EACH).map(idOf)).size;
        await until(async () => (await ended()) === CONVERSATIONS);
        return await factsOn(log);
      } finally {
        await door.close();
        await log.close();
      }
    }

    test('nothing is lost, nothing changes by a repeat, and each conversation keeps its order', async () => {
      const place = await makePlace();
      try {
        const modes: ReaderMode[] = ['after-append', 'before-append'];
        const facts = await survive(
          place,
          deaths.map((dieAt, n) => [modes[n % 2] ?? 'after-append', dieAt]),
        );
        for (let n = 0; n < CONVERSATIONS; n++) {
          const own = facts.filter(({ conversationId }) => conversationId === `call-${n}`);
          const once = [...new Map(own.map((fact) => [fact.eventId, fact])).values()];
          expect(once.map(segmentOf)).toEqual(Array.from({ length: EACH + 1 }, (_, segment) => segment));
          for (const fact of own) {
            expect(fact.body).toEqual(once.find(({ eventId }) => eventId === fact.eventId)?.body);
          }
        }
        // Otherwise the kills would have hit nothing.
        expect(facts.length).toBeGreaterThan(CONVERSATIONS * (EACH + 1));
      } finally {
        await place.remove();
      }
    }, 120_000);

    test('the same kill finds it where the offset moves before the facts are durable', async () => {
      const place = await makePlace();
      try {
        const facts = await survive(place, [['early', 300]]);
        expect(new Set(facts.map(idOf)).size).toBeLessThan(CONVERSATIONS * (EACH + 1));
      } finally {
        await place.remove();
      }
    }, 120_000);
  });
}

const idOf = ({ eventId }: { eventId: string }) => eventId;
