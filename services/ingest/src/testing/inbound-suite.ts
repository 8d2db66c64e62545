import type { Assignment, Log, SubscribeOptions } from '@earshot/log';
import type { LogUnderTest } from '@earshot/log/contract';
import { EarshotError } from '@earshot/model';
import { TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  factsOn,
  headersOf,
  hearInbound,
  INBOUND_TOPICS,
  jsonWords,
  lettersOn,
  type Published,
  publish,
  segmentOf,
  TENANT,
  until,
  words,
} from './inbound.js';
import { NOW_MS } from './start-ingest.js';

/** What a contact centre that publishes to the inbound topic is promised, over any log. */
export function describeInbound(
  name: string,
  makeLog: (options: { topics: typeof INBOUND_TOPICS }) => Promise<LogUnderTest>,
): void {
  describe(`inbound topic: ${name}`, { timeout: 60_000 }, () => {
    let made: LogUnderTest;
    const open: { close(): Promise<unknown> }[] = [];
    beforeEach(async () => {
      made = await makeLog({ topics: INBOUND_TOPICS });
    });
    afterEach(async () => {
      for (const one of open.splice(0).reverse()) await one.close();
      await made.destroy();
    });
    const hear = async (log: Log = made.log, more: Parameters<typeof hearInbound>[1] = {}) => {
      const door = await hearInbound(log, more);
      open.push(door);
      return door;
    };
    const stop = async () => {
      for (const one of open.splice(0)) await one.close();
    };
    /** Every event that was published is a fact or a dead letter. */
    const settled = (count: number) =>
      until(async () => (await factsOn(made.log)).length + (await lettersOn(made.log)).length >= count);

    test('records become masked facts of the topic’s tenant, in their order, beside what comes through other doors', async () => {
      const { log } = made;
      const { url } = await hear();
      const texts = Array.from({ length: 300 }, (_, n) => `第${n}句，我的手机是13800138000`);
      await publish(
        log,
        texts.map((text, n) => (n % 3 === 0 ? jsonWords(n, text, { 'earshot-source': 'voice' }) : words(n, text))),
      );
      const posted = await fetch(`${url}/v1/conversations/other/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'ended', atMs: NOW_MS }),
      });
      expect(posted.status).toBe(200);
      await settled(301);
      const facts = (await factsOn(log)).filter(({ conversationId }) => conversationId === 'c1');
      expect(facts.map(segmentOf)).toEqual(texts.map((_, n) => n));
      expect(facts[0]).toMatchObject({ source: 'voice', tenant: TENANT, ruleSet: { epoch: 7 }, receivedAtMs: NOW_MS });
      for (const { body } of facts) expect(JSON.stringify(body)).toMatch(/\[MOBILE:[0-9a-f]+\]/);
      expect(await lettersOn(log)).toEqual([]);
    });

    test('what cannot be read or is refused goes to dead letters as it was, and its partition goes on', async () => {
      const { log } = made;
      const door = await hear();
      const good = (segment: number) => words(segment, `canary ${segment}`);
      const poison: [string, Published][] = [
        ['undecodable', { value: Buffer.from('canary', 'utf8') }],
        ['record-empty', { value: new Uint8Array(0) }],
        ['key-missing', { ...good(90), key: '' }],
        ['key-mismatch', { ...good(91), key: 'c2' }],
        ['tenant-mismatch', jsonWords(92, 'canary', { ce_tenant: 'shop' })],
        ['json-broken', { value: Buffer.from('{"text":"canary'), headers: { 'content-type': 'application/json' } }],
        ['content-type-unknown', { ...good(93), headers: { 'content-type': 'text/canary' } }],
        ['text-too-long', words(94, 'canary'.repeat(2_000))],
        ['record-too-large', { value: new Uint8Array(300_000).fill(65) }],
        ['number-out-of-range', words(-1, 'canary')],
      ];
      const records = poison.flatMap(([, bad], n) => [good(n), bad]);
      await publish(log, [...records, good(poison.length)]);
      await settled(2 * poison.length + 1);

      const facts = await factsOn(log);
      expect(facts.map(segmentOf)).toEqual(Array.from({ length: poison.length + 1 }, (_, n) => n));
      const letters = await lettersOn(log);
      expect(letters).toHaveLength(poison.length);
      for (const [reason, { key = 'c1', value, headers }] of poison) {
        const letter = letters.find((one) => one.reason === reason);
        expect(letter, reason).toMatchObject({ topic: TOPICS.inbound, key });
        expect(Buffer.from(letter?.value ?? []).equals(value), reason).toBe(true);
        expect(letter?.headers).toEqual(headers && Object.fromEntries(headersOf(headers)));
        const { partition = -1, offset = -1 } = letter ?? {};
        const [at] = await log.read(TOPICS.inbound, partition, offset, 1);
        expect(Buffer.from(at?.value ?? []).equals(value), reason).toBe(true);
      }
      expect(await door.figure('earshot_events_received_total')).toBe(2 * poison.length + 1);
      expect(await door.figure('earshot_events_not_inspected_total')).toBe(poison.length);
      expect(door.lines.join('') + (await door.metrics.text())).not.toContain('canary');

      // They are behind us: the next owner reads none of them again.
      await stop();
      await hear();
      await publish(log, [good(77)]);
      await settled(2 * poison.length + 2);
      expect((await factsOn(log)).map(segmentOf).at(-1)).toBe(77);
      expect(await lettersOn(log)).toHaveLength(poison.length);
    });

    test('the offset moves only once the facts are durable', async () => {
      const { log } = made;
      const commits: number[] = [];
      let letThrough = () => {};
      const gate = new Promise<void>((resolve) => {
        letThrough = resolve;
      });
      const watched = over(log, {
        append: async (entries) => {
          await gate;
          return log.append(entries);
        },
        subscribe: (options) =>
          log.subscribe(
            onEach(options, (assignment) => ({
              commit: (offset, metadata) => {
                commits.push(offset);
                return assignment.commit(offset, metadata);
              },
            })),
          ),
      });
      const { figure } = await hear(watched);
      await publish(log, [words(0), words(1)]);
      await until(async () => (await figure('earshot_events_received_total')) === 2);
      expect(commits).toEqual([]);
      letThrough();
      await until(async () => commits.at(-1) === 2);
      expect(await factsOn(log)).toHaveLength(2);
    });

    test('while the log takes nothing, a bounded number waits and everything arrives in its order afterwards', async () => {
      const { log } = made;
      let away = true;
      const faulty = over(log, {
        append: async (entries) => {
          if (away) throw new EarshotError('log-unavailable', 'nobody answers', { retry: true });
          return log.append(entries);
        },
      });
      const { figure, url } = await hear(faulty);
      const count = 2_000;
      await publish(
        log,
        Array.from({ length: count }, (_, n) => words(n)),
      );
      await until(async () => (await figure('earshot_inbound_troubles_total')) > 2);
      expect(await figure('earshot_events_received_total')).toBeLessThanOrEqual(500);
      // The doors are open all the while, and say how it is.
      const posted = await fetch(`${url}/v1/conversations/other/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'ended', atMs: NOW_MS }),
      });
      expect(posted.status).toBe(503);
      away = false;
      await settled(count);
      expect((await factsOn(log)).map(segmentOf)).toEqual(Array.from({ length: count }, (_, n) => n));
    });

    test('a log that cannot even be joined holds up no door, and no stop', async () => {
      const hanging = over(made.log, { subscribe: () => new Promise(() => undefined) });
      const { url } = await hear(hanging);
      const posted = await fetch(`${url}/v1/conversations/other/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'ended', atMs: NOW_MS }),
      });
      expect(posted.status).toBe(200);
      await stop();
    });

    test('reading begins again after a failure', async () => {
      const { log } = made;
      let failures = 1;
      const failing = over(log, {
        subscribe: async (options) => {
          if (failures-- > 0) throw new EarshotError('log-unavailable', 'nobody answers', { retry: true });
          return log.subscribe(options);
        },
      });
      const { figure } = await hear(failing);
      await publish(log, [words(0)]);
      await settled(1);
      expect(await figure('earshot_inbound_troubles_total')).toBe(1);
    });

    test('an event that is published twice has one id', async () => {
      const { log } = made;
      await hear();
      const ce = { ce_id: '7', ce_source: '/pbx' };
      await publish(log, [words(0), words(0), { ...words(1), headers: ce }, { ...words(1), headers: ce }]);
      await settled(4);
      const ids = (await factsOn(log)).map(({ eventId }) => eventId);
      expect(ids).toEqual([ids[0], ids[0], '/pbx#7', '/pbx#7']);
      expect(new Set(ids).size).toBe(2);
    });
  });
}

function over(log: Log, own: Partial<Log>): Log {
  return Object.assign(Object.create(log) as Log, own);
}

function onEach(options: SubscribeOptions, own: (assignment: Assignment) => Partial<Assignment>): SubscribeOptions {
  return {
    ...options,
    onAssigned: (assignment) =>
      options.onAssigned(Object.assign(Object.create(assignment) as Assignment, own(assignment))),
  };
}
