import { EarshotError } from '@earshot/model';
import type { Warehouse } from '@earshot/warehouse';
import { TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { said, started, T0, writeDay, writer } from './conversation-fixture.js';
import { analyticsOn, landed, openHouse, until, watchCommits } from './house.js';

describe('landing', () => {
  let house: Awaited<ReturnType<typeof openHouse>>;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  test('a small day becomes exactly the rows one can add up in one’s head', async () => {
    await writeDay(house.log, 2);
    const { log, offsets } = watchCommits(house.log);
    const analytics = analyticsOn(log, () => house.open());
    analytics.start();
    await landed(log, offsets);
    await analytics.stop();
    const rows = await house.dump('final');
    const sizes = Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.length]));
    expect(sizes).toEqual({
      conversation_facts: 4,
      utterances: 6,
      standing_sets: 4,
      finding_assertions: 4,
      alerts: 2,
      delivery_steps: 2,
      dead_letters: 0,
      utterance_scores: 2,
      history_answers: 2,
    });
    await house.ask(async (warehouse) => {
      const ask = (sql: string) => warehouse.query({ name: 'check', sql, params: {} });
      const words =
        "SELECT segment, text, final, withdrawn FROM earshot.utterances FINAL WHERE conversation_id = 'c0' ORDER BY segment";
      expect(await ask(words)).toEqual([
        { segment: '0', text: '喂 你好', final: true, withdrawn: false },
        { segment: '1', text: 'I will call the regulator', final: true, withdrawn: false },
        { segment: '2', text: '', final: false, withdrawn: true },
      ]);
      const felt =
        "SELECT segment, revision, model, anger, offensive, log_partition, log_offset > 0 AS placed FROM earshot.utterance_scores FINAL WHERE conversation_id = 'c0'";
      expect(await ask(felt)).toMatchObject([
        { segment: '1', revision: '0', model: 'm/1', anger: 0.875, offensive: 0.001, placed: 1 },
      ]);
      const answers =
        "SELECT subject_kind, subject_id, cause, count, tags, tag_counts, earlier FROM earshot.history_answers FINAL WHERE conversation_id = 'c0'";
      expect(await ask(answers)).toEqual([
        {
          subject_kind: 'customer',
          subject_id: 'hash-1',
          cause: '9',
          count: '2',
          tags: ['crisis', 'abuse'],
          tag_counts: ['2', '1'],
          earlier: JSON.stringify([{ conversationId: 'before', channel: 'chat', atMs: T0 - 1_000 }]),
        },
      ]);
      const stands =
        "SELECT rule_id, stands, stood_from < stood_to AS ended FROM earshot.findings WHERE conversation_id = 'c1' ORDER BY rule_id";
      expect(await ask(stands)).toEqual([
        { rule_id: 'r1', stands: 1, ended: null },
        { rule_id: 'r2', stands: 0, ended: 1 },
      ]);
      expect(await ask('SELECT state, claimed_by, spoken_ms FROM earshot.alerts FINAL LIMIT 1')).toEqual([
        { state: 'claimed', claimed_by: '2001', spoken_ms: String(T0 + 1_900) },
      ]);
      expect(
        await ask("SELECT recipient, delivered_ms, seen_ms FROM earshot.deliveries WHERE conversation_id = 'c0'"),
      ).toEqual([{ recipient: '1001', delivered_ms: String(T0 + 2_100), seen_ms: '0' }]);
      expect(
        await ask(
          "SELECT channel, queue, external_ids['call'] AS call, dateDiff('second', started_at, ended_at) AS s FROM earshot.conversations WHERE conversation_id = 'c1'",
        ),
      ).toEqual([{ channel: 'voice', queue: 'cards', call: 'call-1', s: '9' }]);
    });
  }, 30_000);

  test('rows can be read within two seconds of the log, at the usual pace', async () => {
    const analytics = analyticsOn(house.log, () => house.open(), { settings: { everyMs: 800 } });
    analytics.start();
    await until(() => analytics.state() === 'on');
    const put = writer(house.log);
    for (let i = 0; i < 3; i++) {
      await put.fact(said('c1', i, `words ${i}`));
      const count = async () => {
        const sql = 'SELECT count() AS n FROM earshot.utterances FINAL';
        const answer = await analytics.warehouse()?.query({ name: 'count', sql, params: {} });
        return Number(answer?.[0]?.n) === i + 1;
      };
      await until(count, 2_000);
    }
    await analytics.stop();
  }, 30_000);

  test('while the engine is missing nothing is read or committed; afterwards everything catches up', async () => {
    const { log, offsets } = watchCommits(house.log);
    await writeDay(house.log, 1);
    let attempts = 0;
    let installed = false;
    const states: string[] = [];
    const analytics = analyticsOn(log, async () => {
      attempts++;
      if (!installed) throw new EarshotError('engine-missing', 'not yet', { retry: true });
      return house.open();
    });
    analytics.onState((state) => states.push(state));
    analytics.start();
    await until(() => attempts >= 3);
    await writer(house.log).fact(started('late'));
    expect(analytics.state()).toBe('off');
    expect(analytics.warehouse()).toBeUndefined();
    expect(offsets.size).toBe(0);
    installed = true;
    await landed(log, offsets);
    expect(analytics.state()).toBe('on');
    await analytics.stop();
    expect(states).toEqual(['on', 'off']);
    const rows = await house.dump('final');
    expect(rows.conversation_facts).toHaveLength(3);
  }, 30_000);

  test('a warehouse that breaks turns analysis off, and on again without a row lost or doubled', async () => {
    const { log, offsets } = watchCommits(house.log);
    let broken = 2;
    const states: string[] = [];
    const flaky = async (): Promise<Warehouse> => {
      const warehouse = await house.open();
      return {
        ...warehouse,
        insert: async (table, rows, options) => {
          await warehouse.insert(table, rows, options);
          if (table === 'utterances' && broken-- > 0)
            throw new EarshotError('warehouse-failed', 'gone', { retry: true });
        },
      };
    };
    const analytics = analyticsOn(log, flaky);
    analytics.onState((state) => states.push(state));
    await writeDay(house.log, 1);
    analytics.start();
    await landed(log, offsets);
    await analytics.stop();
    expect(states).toEqual(['on', 'off', 'on', 'off', 'on', 'off']);
    expect((await house.dump('raw')).utterances).toHaveLength(3);
  }, 30_000);

  test('a record that cannot be read becomes a dead-letter row, and what follows lands', async () => {
    const { log, offsets } = watchCommits(house.log);
    const put = writer(house.log);
    await put.raw(TOPICS.conversations, 'c1', new TextEncoder().encode('\xff not a message'));
    await put.fact(started('c1'));
    const analytics = analyticsOn(log, () => house.open());
    analytics.start();
    await landed(log, offsets);
    await analytics.stop();
    const rows = await house.dump('final');
    expect(rows.conversation_facts).toHaveLength(1);
    expect(rows.dead_letters).toMatchObject([
      { tenant: 'demo', reason: 'undecodable', source_topic: TOPICS.conversations, source_offset: '0' },
    ]);
  }, 30_000);

  test('a row the engine refuses is set aside alone; its neighbours land', async () => {
    const { log, offsets } = watchCommits(house.log);
    const put = writer(house.log);
    for (let i = 0; i < 7; i++) await put.fact(said('c1', i, `words ${i}`));
    const refusing = async (): Promise<Warehouse> => {
      const warehouse = await house.open();
      const insert: Warehouse['insert'] = async (table, rows, options) => {
        const misfit = rows.map((row) => (row.segment === 4 ? { ...row, revision: 'no number' } : row));
        return warehouse.insert(table, misfit, options);
      };
      return { ...warehouse, insert };
    };
    const analytics = analyticsOn(log, refusing);
    analytics.start();
    await landed(log, offsets);
    await analytics.stop();
    const rows = await house.dump('final');
    expect(rows.utterances).toHaveLength(6);
    expect(rows.dead_letters).toMatchObject([{ reason: 'warehouse-refused', source_offset: '4' }]);
  }, 30_000);

  test('a member that loses its partitions in the middle of a batch does no harm and does not begin anew', async () => {
    const { log, offsets } = watchCommits(house.log);
    let subscriptions = 0;
    const counting = Object.create(log, {
      subscribe: {
        value: (options: Parameters<typeof log.subscribe>[0]) => {
          subscriptions++;
          return log.subscribe(options);
        },
      },
    }) as typeof log;
    let inserting = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stalled = async (): Promise<Warehouse> => {
      const warehouse = await house.open();
      const insert: Warehouse['insert'] = async (table, rows, options) => {
        inserting++;
        await gate;
        await warehouse.insert(table, rows, options);
        inserting--;
      };
      return { ...warehouse, insert };
    };
    for (let i = 0; i < 20; i++) await writer(house.log).fact(said('c1', i, 'words'));
    const first = analyticsOn(counting, stalled);
    first.start();
    await until(() => inserting > 0);
    const second = analyticsOn(counting, () => house.open());
    second.start();
    await landed(house.log, offsets);
    release();
    await until(() => inserting === 0);
    for (let i = 0; i < 20; i++) await writer(house.log).fact(said('c2', i, 'words'));
    await landed(house.log, offsets);
    expect([first.state(), second.state(), subscriptions]).toEqual(['on', 'on', 8]);
    await first.stop();
    await second.stop();
    expect((await house.dump('raw')).utterances).toHaveLength(40);
  }, 30_000);
});
