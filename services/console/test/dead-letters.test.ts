import { newApiKey } from '@earshot/kit/access';
import { deadLetterEntry, type LogRecord } from '@earshot/log';
import { conversationKey, deriveId } from '@earshot/model';
import { decodeDeadLetter, encodeConversationFact, encodeDeadLetter, TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signIn } from './support/page.js';
import { bank, changed } from './support/people.js';
import { said } from './support/records.js';
import { ADMIN_TOKEN, openWorld, type World } from './support/world.js';

const WORDS = '我的卡被盗刷了';
const KEYS = {
  reader: newApiKey('reader'),
  handler: newApiKey('handler'),
  shop: newApiKey('shop'),
};
const apiKeys = () => [
  { id: 'reader', tenant: 'bank', sha256: KEYS.reader.sha256, scopes: ['tools:read' as const] },
  { id: 'handler', tenant: 'bank', sha256: KEYS.handler.sha256, scopes: ['tools:write' as const] },
  { id: 'shop', tenant: 'shop', sha256: KEYS.shop.sha256, scopes: ['tools:read' as const, 'tools:write' as const] },
];

let world: World;
beforeEach(async () => {
  world = await openWorld({ deps: { apiKeys } });
});
afterEach(() => world.close());

interface Answer {
  status: number;
  body: Record<string, unknown> & { letters?: Record<string, unknown>[] };
}

async function ask(path: string, body?: unknown, token = ADMIN_TOKEN): Promise<Answer> {
  const response = await fetch(`${world.console.url}/v1/admin/dead-letters${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const listed = async (query = '', token?: string) => (await ask(`?${query}`, undefined, token)).body.letters ?? [];

/** A record on the log, set aside as a service does it. */
async function setAside(value: Uint8Array, { key = 'bank|c1', reason = 'undecodable' } = {}): Promise<string> {
  const partition = world.log.partitionOf(TOPICS.conversations, key);
  const [offset = -1] = await world.log.append([{ topic: TOPICS.conversations, key, value }]);
  return setAsideAt(partition, offset, reason);
}

async function setAsideAt(partition: number, offset: number, reason: string): Promise<string> {
  const [record] = await world.log.read(TOPICS.conversations, partition, offset, 1);
  const entry = deadLetterEntry(record as LogRecord, reason);
  await world.log.append([entry]);
  return decodeDeadLetter(entry.value).id;
}

async function everything(topic: string): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for (let partition = 0; partition < world.log.partitions(topic); partition += 1) {
    all.push(...(await world.log.read(topic, partition, 0, 1_000)));
  }
  return all;
}

describe('the list', () => {
  test('has every letter once with what it is about, newest first, and narrows by topic, code and time', async () => {
    const first = await setAside(new Uint8Array([1, 2]));
    const second = await setAside(encodeConversationFact(said('c1', 0, WORDS)), { reason: 'conflict' });
    await world.log.append(await everything(TOPICS.deadLetters));
    expect(await listed()).toMatchObject([
      { id: second, topic: TOPICS.conversations, key: 'bank|c1', reason: 'conflict', state: 'open', marks: [] },
      { id: first, key: 'bank|c1', reason: 'undecodable', bytes: 2 },
    ]);
    const ids = async (query: string) => (await listed(query)).map(({ id }) => id);
    expect(await ids('code=conflict')).toEqual([second]);
    expect(await ids(`topic=${TOPICS.cases}`)).toEqual([]);
    const at = Number((await listed('code=conflict'))[0]?.['setAsideMs']);
    expect(await ids(`since=${at}`)).toContain(second);
    expect(await ids(`since=${at + 60_000}`)).toEqual([]);
    expect(await ask('?limit=1')).toMatchObject({ body: { letters: [{ id: second }], total: 2 } });
    expect(await ask('?wings=1')).toMatchObject({ status: 400 });
  });

  test('holds no word of a conversation, and neither does showing one letter', async () => {
    const whole = await setAside(encodeConversationFact(said('c1', 0, WORDS)), { reason: 'conflict' });
    const broken = await setAside(new TextEncoder().encode(WORDS), { key: 'bank|c2' });
    const answers = [await ask(''), await ask(`/${whole}`), await ask(`/${broken}`)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const hex = Buffer.from(WORDS).toString('hex').slice(0, 12);
    for (const { body } of answers) {
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`盗刷|${hex}`));
    }
    expect(answers[1]?.body['content']).toMatchObject({
      tenant: 'bank',
      conversationId: 'c1',
      body: { kind: 'utterance', segment: 0, text: { withheldChars: WORDS.length } },
    });
    expect(answers[2]?.body).toMatchObject({
      unreadable: 'undecodable',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('names that come from outside are no names of ours', async () => {
    const fact = { ...said('c1', 0, ''), body: { kind: 'metadata' as const, fields: { id: WORDS, code: WORDS } } };
    const id = await setAside(encodeConversationFact(fact));
    expect(JSON.stringify((await ask(`/${id}`)).body)).not.toContain('盗刷');
  });
});

describe('the content', () => {
  test('is JSON where it can be read and hex where it cannot', async () => {
    const whole = await setAside(encodeConversationFact(said('c1', 0, WORDS)), { reason: 'conflict' });
    const broken = await setAside(new Uint8Array([0xff, 0x00, 0x10]));
    expect((await ask(`/${whole}/content`)).body).toMatchObject({ content: { body: { text: WORDS } } });
    expect((await ask(`/${broken}/content`)).body).toEqual({ id: broken, unreadable: 'undecodable', hex: 'ff0010' });
    expect((await ask('/nothing/content')).status).toBe(404);
  });
});

describe('replay', () => {
  test('puts the very bytes back under their key, and a record that fails again says whose it is', async () => {
    const value = encodeConversationFact(said('c1', 0, WORDS));
    const id = await setAside(value, { reason: 'conflict' });
    const done = await ask('/replay', { ids: [id], why: 'rules are fixed', author: 'root' });
    const partition = world.log.partitionOf(TOPICS.conversations, 'bank|c1');
    expect(done).toMatchObject({ status: 200, body: { letters: [{ id, done: 'replayed', partition, offset: 1 }] } });
    const back = (await world.log.read(TOPICS.conversations, partition, 1, 10)).map((record) => ({ ...record }));
    expect(back).toMatchObject([{ key: 'bank|c1', offset: 1 }]);
    expect(Buffer.from(back[0]?.value ?? [])).toEqual(Buffer.from(value));

    expect(await listed()).toEqual([]);
    const again = await setAsideAt(partition, 1, 'conflict');
    expect(again).not.toBe(id);
    expect(await listed()).toMatchObject([{ id: again, state: 'open', replayOf: id }]);
  });

  test('happens once however often it is asked for, unless it is asked for again in so many words', async () => {
    const id = await setAside(new Uint8Array([1]));
    const ask2 = () => ask('/replay', { ids: [id] });
    const both = await Promise.all([ask2(), ask2()]);
    expect(both.map(({ body }) => body.letters?.[0]?.['done']).sort()).toEqual(['already', 'replayed']);
    expect(await everything(TOPICS.conversations)).toHaveLength(2);
    expect(await ask('/replay', { ids: [id], again: true })).toMatchObject({
      body: { letters: [{ done: 'replayed' }] },
    });
    expect(await everything(TOPICS.conversations)).toHaveLength(3);
  });

  test('records of one conversation go back in the order that they had', async () => {
    const ids = [];
    for (const byte of [1, 2, 3]) ids.push(await setAside(new Uint8Array([byte])));
    await ask('/replay', { ids: [...ids].reverse() });
    const values = (await everything(TOPICS.conversations)).map(({ value }) => value[0]);
    expect(values).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test('one that the log will never take stays open and says why; the others go', async () => {
    const good = await setAside(new Uint8Array([1]));
    const about = { partition: 0, offset: -1, key: 'bank|c9', atMs: 5, value: new Uint8Array([1]) };
    const bad = [
      { ...about, id: deriveId('gone'), topic: 'earshot.nothing.v1', reason: 'undecodable' },
      { ...about, id: deriveId('place'), topic: TOPICS.conversations, partition: 99, reason: 'undecodable' },
      { ...about, id: deriveId('spool'), topic: TOPICS.conversations, reason: 'spool-unreadable' },
    ];
    await world.log.append(
      bad.map((letter) => ({ topic: TOPICS.deadLetters, key: letter.key, value: encodeDeadLetter(letter) })),
    );
    const { body } = await ask('/replay', { ids: [...bad.map(({ id }) => id), good] });
    const byId = Object.fromEntries((body.letters ?? []).map((one) => [one['id'], one['code'] ?? one['done']]));
    expect(byId).toEqual({
      [good]: 'replayed',
      [bad[0]!.id]: 'topic-unknown',
      [bad[1]!.id]: 'partition-unknown',
      [bad[2]!.id]: 'key-unknown',
    });
    expect((await listed()).map(({ id }) => id).sort()).toEqual(bad.map(({ id }) => id).sort());
  });

  test('of an unknown letter does nothing at all', async () => {
    const id = await setAside(new Uint8Array([1]));
    expect((await ask('/replay', { ids: [id, 'nothing'] })).status).toBe(404);
    expect(await everything(TOPICS.conversations)).toHaveLength(1);
  });
});

describe('what people did', () => {
  test('stands on the log with who and why, survives a restart, and takes nothing away', async () => {
    const kept = await setAside(new Uint8Array([1]));
    const dropped = await setAside(new Uint8Array([2]));
    const before = (await everything(TOPICS.deadLetters)).length;
    expect(await ask('/drop', { ids: [dropped], why: 'a test call', author: 'root' })).toMatchObject({
      body: { letters: [{ id: dropped, done: 'dropped' }] },
    });
    expect(await ask('/drop', { ids: [dropped] })).toMatchObject({ body: { letters: [{ done: 'already' }] } });
    await world.restart();
    expect((await listed()).map(({ id }) => id)).toEqual([kept]);
    const all = await listed('handled=true');
    expect(all.find(({ id }) => id === dropped)).toMatchObject({
      state: 'dropped',
      marks: [{ action: 'dropped', by: 'operator:root', why: 'a test call' }],
    });
    expect(await everything(TOPICS.deadLetters)).toHaveLength(before + 1);
    expect((await ask(`/${dropped}/content`)).body['hex']).toBe('02');
  });
});

describe('who may', () => {
  test('a key reads or handles as its scope says, and sees its own tenant alone', async () => {
    const id = await setAside(encodeConversationFact(said('c1', 0, WORDS)));
    await setAside(new Uint8Array([1]), { key: conversationKey('shop', 'c1') });
    const { reader, handler, shop } = KEYS;
    expect((await listed('', reader.key)).map((one) => one['id'])).toEqual([id]);
    expect((await listed('', shop.key)).map((one) => one['key'])).toEqual(['shop|c1']);
    const statuses = async (token: string) => [
      (await ask(`/${id}`, undefined, token)).status,
      (await ask(`/${id}/content`, undefined, token)).status,
      (await ask('/drop', { ids: [id] }, token)).status,
    ];
    expect(await statuses(reader.key)).toEqual([200, 200, 403]);
    expect(await statuses(shop.key)).toEqual([404, 404, 404]);
    expect(await statuses(handler.key)).toEqual([403, 403, 200]);
    expect((await listed('handled=true')).find((one) => one['id'] === id)).toMatchObject({
      marks: [{ by: 'key:handler' }],
    });
  });

  test('whoever runs the system handles letters without their words, whoever reads conversations has the words', async () => {
    const id = await setAside(encodeConversationFact(said('c1', 0, WORDS)));
    let people = changed(bank, 'ra', { roles: ['system-admin'] });
    people = changed(people, 'qc', { roles: ['inspection-lead'] });
    world.publish(people);
    const statusesOf = async (staffNumber: string) => {
      const who = await signIn(world.console, staffNumber);
      const at = '/v1/admin/dead-letters';
      const texts = [await who.get(at), await who.get(`${at}/${id}`), await who.get(`${at}/${id}/content`)];
      return [...texts, await who.post(`${at}/drop`, { ids: [id] })].map(({ status }) => status);
    };
    expect(await statusesOf('qc')).toEqual([403, 403, 200, 403]);
    expect(await statusesOf('fs')).toEqual([403, 403, 403, 403]);
    expect(await statusesOf('ra')).toEqual([200, 200, 403, 200]);
    expect(await listed('handled=true')).toMatchObject([{ marks: [{ by: 'ra' }] }]);
  });
});

test('what came from outside goes back as it was, headers and key, and is seen by the tenant of its topic alone', async () => {
  const headers = new Map([['content-type', Buffer.from('application/json')]]);
  const record = { topic: TOPICS.inbound, key: 'c1', value: Buffer.from('{"broken'), headers };
  const partition = world.log.partitionOf(record.topic, record.key);
  const [offset = -1] = await world.log.append([record]);
  const [read] = await world.log.read(record.topic, partition, offset, 1);
  const entry = deadLetterEntry(read as LogRecord, 'undecodable', 'bank|c1');
  await world.log.append([entry]);
  const { id } = decodeDeadLetter(entry.value);
  expect(await listed('', KEYS.reader.key)).toMatchObject([{ id, topic: TOPICS.inbound, key: 'c1' }]);
  expect(await listed('', KEYS.shop.key)).toEqual([]);
  const { body } = await ask('/replay', { ids: [id], why: 'mended', again: false }, KEYS.handler.key);
  expect(body.letters).toMatchObject([{ id, done: 'replayed' }]);
  const back = (await everything(TOPICS.inbound)).at(-1);
  expect(back).toMatchObject({ key: 'c1', value: record.value, headers });
  expect(back?.offset).toBeGreaterThan(offset);
  expect(await listed('handled=true', KEYS.reader.key)).toMatchObject([{ id, state: 'replayed' }]);
});
