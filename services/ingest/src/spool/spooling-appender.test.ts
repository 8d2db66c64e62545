import { readFileSync, writeFileSync } from 'node:fs';
import { type AppendEntry, LogErrorCode, type Spool } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { decodeDeadLetter, TOPICS } from '@earshot/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { startSpooling, TOPIC, textOf, until } from '../testing/spooling.js';

let running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()));
  running = [];
});

async function start(options: Parameters<typeof startSpooling>[0] = {}) {
  const made = await startSpooling(options);
  running.push(made);
  return made;
}

const names = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `e${n + from}`);

describe('while the log answers', () => {
  test('acknowledgements name the place on the log, and the disk is not touched', async () => {
    const { append, records, spool } = await start();
    const acks = await Promise.all(names(50).map((text) => append(text, 0)));
    expect(acks).toEqual(names(50).map((_, offset) => ({ partition: 0, offset })));
    expect((await records()).map(textOf)).toEqual(names(50));
    expect(spool().lanes.map(({ next }) => next)).toEqual([0, 0]);
  });
});

describe('while the log is away', () => {
  test.each(['away', 'lost-answer', 'part'] as const)(
    'events are acknowledged from the disk, in order, and reach the log when it answers (%s)',
    async (fault) => {
      const { append, faulty, clock, onDisk, texts } = await start();
      await append('before');
      faulty.fault = () => fault;
      const acks = await Promise.all(names(20).map((text) => append(text)));
      expect(acks).toEqual(names(20).map(() => ({ partition: 0 })));
      expect(onDisk()).toBe(20);
      faulty.fault = () => 'well';
      clock.advance(100);
      await until(() => onDisk() === 0);
      expect([...new Set(await texts())]).toEqual(['before', ...names(20)]);
      expect(await append('after')).toMatchObject({ offset: expect.any(Number) });
    },
  );

  test('a log that says nothing is given a second; what it then took is not sent again', async () => {
    const { append, faulty, clock, onDisk, texts } = await start();
    faulty.fault = () => 'silent';
    const waiting = names(5).map((text) => append(text));
    await until(() => faulty.waiting === 1);
    let answered = 0;
    for (const one of waiting) void one.then(() => answered++);
    clock.advance(999);
    expect([onDisk(), answered]).toEqual([0, 0]);
    clock.advance(1);
    expect(await Promise.all(waiting)).toEqual(names(5).map(() => ({ partition: 0 })));
    // One call is out: whatever else comes waits behind it instead of being sent beside it.
    await append('e5');
    clock.advance(60_000);
    expect(faulty.calls).toHaveLength(1);
    faulty.fault = () => 'well';
    await faulty.release('lands');
    await until(() => onDisk() === 0);
    expect(await texts()).toEqual(names(6));
  });

  test('a call without any answer is repeated after a long time', async () => {
    const { append, faulty, clock, onDisk, texts } = await start({ limits: { abandonMs: 30_000 } });
    faulty.fault = () => 'silent';
    const acks = names(3).map((text) => append(text));
    await until(() => faulty.waiting === 1);
    clock.advance(1_000);
    await Promise.all(acks);
    faulty.fault = () => 'well';
    clock.advance(29_000);
    clock.advance(100);
    await until(() => onDisk() === 0);
    // The first call turns up after all: twice, and in order.
    await faulty.release('lands');
    expect(await texts()).toEqual([...names(3), ...names(3)]);
  });

  test('nothing overtakes: newer events wait behind older ones of their partition, and only of theirs', async () => {
    const { append, faulty, inTime, onDisk, texts } = await start({ limits: { batch: 4 } });
    const isFirst = (entries: readonly AppendEntry[]) => entries.some((entry) => textOf(entry).startsWith('e'));
    faulty.fault = (entries) => (isFirst(entries) ? 'away' : 'well');
    for (const text of names(10)) {
      expect(await append(text, 0)).toEqual({ partition: 0 });
      expect(await append(`other ${text}`, 1)).toMatchObject({ partition: 1, offset: expect.any(Number) });
    }
    faulty.fault = () => 'well';
    const late = names(10, 10).map((text) => append(text, 0));
    await inTime(Promise.all(late));
    await inTime(until(() => onDisk() === 0));
    expect(await texts()).toEqual(names(20));
  });

  test('under steady traffic it comes off the disk again', async () => {
    const { append, faulty, clock, onDisk, texts } = await start({ limits: { batch: 5 } });
    faulty.fault = () => 'away';
    let count = 0;
    const send = () => append(`e${count++}`);
    await Promise.all(Array.from({ length: 40 }, send));
    faulty.fault = () => 'well';
    clock.advance(100);
    let direct = 0;
    for (let round = 0; round < 10_000 && direct < 20; round++) {
      const [ack] = await Promise.all([send(), send()]);
      direct = ack?.offset === undefined ? 0 : direct + 1;
    }
    expect(direct).toBe(20);
    expect(onDisk()).toBe(0);
    expect(await texts()).toEqual(names(count));
  });

  test('failed calls are repeated ever more seldom, two seconds apart at most', async () => {
    const { append, faulty, clock } = await start();
    faulty.fault = () => 'away';
    await append('e0');
    const gaps: number[] = [];
    for (let calls = faulty.calls.length, lastMs = clock.now(); gaps.length < 8; ) {
      clock.advance(50);
      await new Promise(setImmediate);
      if (faulty.calls.length === calls) continue;
      calls = faulty.calls.length;
      gaps.push(clock.now() - lastMs);
      lastMs = clock.now();
    }
    expect(gaps).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  });
});

describe('a full spool', () => {
  test('refuses with a code that says when to come back, keeps what it has, and has room again later', async () => {
    const { append, faulty, inTime, onDisk, texts, condition } = await start({ maxBytes: 64 * 1024 });
    faulty.fault = () => 'away';
    const taken: string[] = [];
    let refusal: unknown;
    for (let n = 0; !refusal; n++) {
      const text = `e${n}${'.'.repeat(1_500)}`;
      await append(text).then(
        () => taken.push(text),
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({ code: 'spool-full', retry: true, detail: { retryAfterMs: 5_000 } });
    expect(condition()).toEqual({ ok: false, reason: 'spool-full' });
    await expect(append('x'.repeat(1_500))).rejects.toMatchObject({ code: 'spool-full' });
    faulty.fault = () => 'well';
    await inTime(until(() => onDisk() === 0));
    expect(await texts()).toEqual(taken);
    expect(await append('again')).toMatchObject({ offset: expect.any(Number) });
    expect(condition()).toEqual({ ok: true });
  });

  test('does not matter while the log answers', async () => {
    const { append } = await start({ maxBytes: 1 });
    expect(await append('e0')).toEqual({ partition: 0, offset: 0 });
  });

  test('an event that the log was given and that found no room is refused, and is not taken for the next one', async () => {
    const { append, faulty, clock, inTime, onDisk, texts } = await start({ maxBytes: 2_000 });
    const large = `e0${'.'.repeat(1_990)}`;
    faulty.fault = () => 'silent';
    const refused = append(large);
    await until(() => faulty.waiting === 1);
    clock.advance(1_000);
    await expect(refused).rejects.toMatchObject({ code: 'spool-full', retry: true });
    expect(await append('e1')).toEqual({ partition: 0 });
    faulty.fault = () => 'well';
    await faulty.release('lands');
    await inTime(until(() => onDisk() === 0));
    expect(await append('e2')).toEqual({ partition: 0, offset: 2 });
    expect(await texts()).toEqual([large, 'e1', 'e2']);
  });
});

describe('what cannot go on', () => {
  test('is set aside with its bytes and an alarm, in its turn, and holds nobody up', async () => {
    const made = await start();
    const { append, faulty, inTime, onDisk, texts, records, lines, metric } = made;
    faulty.fault = () => 'away';
    for (const text of ['e0', 'a sentence that goes bad', 'e1']) await append(text);
    await made.stop();
    const file = `${made.folder}/spool/log.mdb`;
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf('goes bad'); at >= 0; at = bytes.indexOf('goes bad', at + 1)) bytes.write('g0es', at);
    writeFileSync(file, bytes);
    faulty.fault = () => 'well';
    await made.start();
    await inTime(until(() => onDisk() === 0));
    expect(await texts()).toEqual(['e0', 'e1']);
    const [letter, ...more] = (await records(TOPICS.deadLetters)).map((record) => decodeDeadLetter(record.value));
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ topic: TOPIC, partition: 0, offset: -1, reason: 'spool-unreadable' });
    expect(Buffer.from(letter?.value ?? []).toString()).toContain('g0es bad');
    expect(lines.join('')).toContain('"code":"spool-unreadable"');
    expect(lines.join('')).not.toContain('sentence');
    expect(await metric('earshot_ingest_spool_aside_total')).toBe(1);
    expect(await metric('earshot_events_not_inspected_total')).toBe(1);
  });

  const refusing = (bad: string) => (log: { append(entries: readonly AppendEntry[]): Promise<number[]> }) => {
    const append = log.append.bind(log);
    log.append = (entries) => {
      const isBad = entries.some((entry) => entry.topic === TOPIC && textOf(entry) === bad);
      if (isBad) return Promise.reject(new EarshotError(LogErrorCode.recordRefused, 'never'));
      return append(entries);
    };
  };

  test('an event that the log never takes is refused to its sender alone', async () => {
    const { append, faulty, texts } = await start();
    refusing('e2')(faulty);
    const acks = await Promise.allSettled(names(5).map((text) => append(text)));
    expect(acks.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(acks[2]).toMatchObject({ reason: { code: 'record-refused', retry: false } });
    expect(await texts()).toEqual(['e0', 'e1', 'e3', 'e4']);
  });

  test('one that was acknowledged before that is kept as a dead letter', async () => {
    const { append, faulty, inTime, onDisk, texts, records } = await start();
    faulty.fault = () => 'away';
    await Promise.all(names(5).map((text) => append(text)));
    refusing('e2')(faulty);
    faulty.fault = () => 'well';
    await inTime(until(() => onDisk() === 0));
    expect(await texts()).toEqual(['e0', 'e1', 'e3', 'e4']);
    const letters = (await records(TOPICS.deadLetters)).map((record) => decodeDeadLetter(record.value));
    expect(letters.map(({ reason, value }) => [reason, Buffer.from(value).toString()])).toEqual([
      ['record-refused', 'e2'],
    ]);
  });

  test('half a character in a key is refused before it could become another key', async () => {
    const { appender } = await start();
    const entry = { topic: TOPIC, key: 't|\ud800', value: Buffer.from('x') };
    await expect(appender().append(entry)).rejects.toMatchObject({ code: 'key-invalid' });
  });
});

describe('stopping and starting', () => {
  test('a stop hands over what is left if the log answers in time', async () => {
    const { append, faulty, stop, texts } = await start();
    faulty.fault = () => 'away';
    await Promise.all(names(10).map((text) => append(text)));
    faulty.fault = () => 'well';
    await stop();
    expect(await texts()).toEqual(names(10));
  });

  test('otherwise it says what is left, and the next start sends it before anything new', async () => {
    const { append, faulty, clock, stop, start: again, texts, lines, inTime, onDisk } = await start();
    faulty.fault = () => 'away';
    await Promise.all(names(10).map((text) => append(text)));
    const beganMs = clock.now();
    await stop();
    expect(clock.now() - beganMs).toBeLessThan(5_500);
    expect(lines.at(-1)).toMatch(/"entries":10,"bytes":\d+.*events stay on this disk/);
    await expect(append('too late')).rejects.toMatchObject({ code: 'stopping', retry: true });
    faulty.fault = () => 'well';
    await again();
    await Promise.all(names(5, 10).map((text) => append(text)));
    await inTime(until(() => onDisk() === 0));
    expect(await texts()).toEqual(names(15));
    expect(lines.join('')).toContain('events from before the last stop go to the log first');
  });

  test('who waits for a silent log when the door closes is acknowledged from the disk', async () => {
    const { append, faulty, stop } = await start();
    faulty.fault = () => 'silent';
    const acks = names(3).map((text) => append(text));
    await until(() => faulty.waiting === 1);
    await stop();
    expect(await Promise.all(acks)).toEqual(names(3).map(() => ({ partition: 0 })));
  });
});

describe('who operates it', () => {
  test('sees that it spools, how much, and since when', async () => {
    const { append, faulty, clock, condition, metric, lines, inTime, onDisk } = await start();
    expect(condition()).toEqual({ ok: true });
    faulty.fault = () => 'away';
    await Promise.all(names(7).map((text) => append(text)));
    clock.advance(90_000);
    expect(condition()).toEqual({ ok: true, note: 'spooling: 7 events wait for the log' });
    expect(await metric('earshot_ingest_spool_entries')).toBe(7);
    expect(await metric('earshot_ingest_spool_oldest_seconds')).toBe(90);
    expect(await metric('earshot_ingest_spool_bytes')).toBeGreaterThan(0);
    expect(await metric('earshot_ingest_spooled_total')).toBe(7);
    expect(await metric('earshot_ingest_log_trouble_total')).toBeGreaterThan(0);
    faulty.fault = () => 'well';
    await inTime(until(() => onDisk() === 0));
    await until(() => condition().ok && !('note' in condition()));
    expect(await metric('earshot_ingest_spool_drained_total')).toBe(7);
    expect(lines.filter((line) => line.includes('the log does not answer'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('the log has everything'))).toHaveLength(1);
  });

  test('a disk that cannot be written refuses what the log does not take, and nothing else', async () => {
    const broken = () => Promise.reject(new EarshotError('spool-failed', 'no', { retry: true }));
    const wrapSpool = (spool: Spool): Spool => ({
      ...spool,
      maxBytes: spool.maxBytes,
      lanes: spool.lanes.map((lane) => Object.assign(Object.create(lane), { put: broken })),
      usedBytes: () => spool.usedBytes(),
      close: () => spool.close(),
    });
    const { append, faulty, clock, condition } = await start({ wrapSpool });
    expect(await append('e0')).toEqual({ partition: 0, offset: 0 });
    faulty.fault = () => 'away';
    await expect(append('e1')).rejects.toMatchObject({ code: 'spool-failed', retry: true });
    expect(condition()).toEqual({ ok: false, reason: 'spool-failed' });
    faulty.fault = () => 'well';
    clock.advance(100);
    expect(await append('e2')).toEqual({ partition: 0, offset: 1 });
  });
});
