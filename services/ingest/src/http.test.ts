import { type ApiKey, newApiKey } from '@earshot/kit/access';
import { afterEach, describe, expect, test } from 'vitest';
import { NOW_MS, startIngest } from './testing/start-ingest.js';

let running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()));
  running = [];
});

interface OpenApi {
  paths: Record<string, { post?: { responses: object } }>;
}

interface Answer {
  code?: string;
  acknowledged?: number;
  results?: { eventId: string; refused?: { code: string } }[];
}

async function start(options: Parameters<typeof startIngest>[0] = {}) {
  const made = await startIngest(options);
  running.push(made);
  const post = async (body: string | Uint8Array, headers: Record<string, string> = {}, id = 'c1') => {
    const reply = await fetch(`${made.url}/v1/conversations/${id}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: reply.status, body: (await reply.json()) as Answer };
  };
  return { ...made, post };
}

const words = (segment: number, text = '您好') => ({
  kind: 'utterance',
  participantId: 'p1',
  role: 'customer',
  leg: 'a',
  segment,
  text,
  startMs: NOW_MS - 2_000,
  endMs: NOW_MS - 1_000,
});

describe('POST /v1/conversations/{id}/events', { timeout: 20_000 }, () => {
  test('one event as JSON is durable when the answer is 200', async () => {
    const { post, facts } = await start();
    const { status, body } = await post(JSON.stringify(words(0, '电话13800138000')));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      acknowledged: 1,
      refused: 0,
      results: [{ index: 0, acknowledged: { offset: expect.any(Number) } }],
    });
    const [fact] = await facts('c1');
    expect(fact).toMatchObject({ eventId: body.results?.[0]?.eventId, body: { final: true, revision: 0 } });
    expect(JSON.stringify(fact)).not.toContain('13800138000');
  });

  test('a whole conversation as an array keeps its order', async () => {
    const { post, facts } = await start();
    const events = [
      { kind: 'started', atMs: NOW_MS - 5_000, channel: 'chat', direction: 'inbound' },
      { kind: 'participant-joined', atMs: NOW_MS - 4_000, participantId: 'p1', role: 'customer', leg: 'a' },
      words(0),
      { kind: 'rating', atMs: NOW_MS, score: 1, scale: 5 },
      { kind: 'metadata', atMs: NOW_MS, fields: { order: '2024091512345678' } },
      { kind: 'ended', atMs: NOW_MS },
    ];
    expect((await post(JSON.stringify(events))).status).toBe(200);
    expect((await facts('c1')).map((fact) => fact.body.kind)).toEqual(events.map((event) => event.kind));
  });

  test('lines are answered one by one; a broken one does not take its neighbours with it', async () => {
    const { post, facts } = await start();
    const lines = [
      JSON.stringify(words(0)),
      '{"kind":"utter canary',
      '',
      JSON.stringify({ ...words(1), role: 'boss canary' }),
      JSON.stringify(words(2)),
    ];
    const { status, body } = await post(lines.join('\r\n'), { 'content-type': 'application/x-ndjson' });
    expect(status).toBe(207);
    expect(body.results?.map((one) => one.refused?.code)).toEqual([
      undefined,
      'json-broken',
      'field-invalid',
      undefined,
    ]);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect(await facts('c1')).toHaveLength(2);
  });

  test.each([
    ['a field that does not exist', { ...words(0), txt: 'canary' }, 400, 'field-unknown'],
    ['a field that is missing', { ...words(0), text: undefined }, 400, 'field-invalid'],
    ['a kind that does not exist', { ...words(0), kind: 'canary' }, 400, 'kind-unknown'],
    ['a role that does not exist', { ...words(0), role: 'canary' }, 400, 'field-invalid'],
    ['a number in place of words', { ...words(0), text: 42 }, 400, 'field-invalid'],
    ['no object at all', 42, 400, 'field-invalid'],
    ['no event at all', [], 400, 'body-empty'],
    ['501 events', Array.from({ length: 501 }, (_, n) => words(n)), 400, 'batch-too-large'],
    ['words of 9 KB', words(0, 'canary'.repeat(1_500)), 400, 'text-too-long'],
    ['a lone surrogate', words(0, 'canary\ud800'), 400, 'text-not-unicode'],
    ['time travel', { ...words(0), endMs: NOW_MS + 90_000_000 }, 400, 'time-too-far'],
  ])('%s is refused with a status that a plain client sees', async (_title, event, status, code) => {
    const { post, lines, facts } = await start();
    const reply = await post(JSON.stringify(event));
    const said = reply.body.results?.[0]?.refused?.code ?? reply.body.code;
    expect([reply.status, said]).toEqual([status, code]);
    expect(JSON.stringify(reply.body) + lines.join('')).not.toContain('canary');
    expect(await facts('c1')).toEqual([]);
  });

  test.each([
    ['a million brackets', '['.repeat(1_000_000), {}, 400, 'json-too-deep'],
    ['a body of 1 MB and a byte', `"${'x'.repeat(1_048_575)}"`, {}, 413, 'too-large'],
    ['the same key twice', '{"kind":"ended","atMs":1,"kind":"rating"}', {}, 400, 'json-duplicate-key'],
    ['a prototype', '{"__proto__":{"admin":true}}', {}, 400, 'json-forbidden-key'],
    ['half a character in UTF-8', new Uint8Array([0x22, 0xe6, 0x88, 0x22]), {}, 400, 'text-not-unicode'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media-type'],
    ['a source that does not exist', '{}', { 'earshot-source': 'smell' }, 400, 'source-unknown'],
    ['a page of a stranger', '{}', { origin: 'http://evil.example' }, 403, 'origin-refused'],
  ])('%s is a broken request', async (_title, body, headers, status, code) => {
    const { post } = await start();
    const reply = await post(body, headers);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  test('thirty bombs at once: each is answered by its code, and the neighbour between them is served', async () => {
    const { post, facts } = await start();
    const bombs = ['['.repeat(900_000), `{"a":"${'x'.repeat(1_100_000)}"}`, `{"kind":"${'\\u0061'.repeat(100_000)}`];
    const many = Array.from({ length: 30 }, (_, n) => post(bombs[n % 3] ?? ''));
    const neighbour = await post(JSON.stringify(words(0)), {}, 'neighbour');
    expect(neighbour.status).toBe(200);
    const codes = new Set((await Promise.all(many)).map((reply) => reply.body.code));
    expect([...codes].sort()).toEqual(['json-broken', 'json-too-deep', 'too-large']);
    expect(await facts('neighbour')).toHaveLength(1);
  });

  test('OpenAPI describes the door, and the page for people is there', async () => {
    const { url } = await start();
    const description = (await (await fetch(`${url}/docs/json`)).json()) as OpenApi;
    const post = description.paths['/v1/conversations/{id}/events']?.post;
    expect(Object.keys(post?.responses ?? {})).toEqual(expect.arrayContaining(['200', '207']));
    expect(JSON.stringify(description)).toContain('participant-joined');
    expect((await fetch(`${url}/docs/`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});

describe('who may send', () => {
  const bank = newApiKey('bank');
  const shop = newApiKey('shop');
  const late = newApiKey('late');
  const scopes: ApiKey['scopes'] = ['ingest:write'];
  const apiKeys: ApiKey[] = [
    { id: 'bank', tenant: 'bank', sha256: bank.sha256, scopes },
    { id: 'shop', tenant: 'shop', sha256: shop.sha256, scopes },
    { id: 'late', tenant: 'bank', sha256: late.sha256, scopes, expiresAtMs: NOW_MS },
    { id: 'tools', tenant: 'bank', sha256: newApiKey('tools').sha256, scopes: ['tools:read'] },
  ];
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  test('the tenant is that of the key, for the same conversation id too', async () => {
    const { post, facts } = await start({ apiKeys });
    await post(JSON.stringify(words(0, 'of the bank')), bearer(bank.key));
    await post(JSON.stringify(words(0, 'of the shop')), bearer(shop.key));
    expect((await facts('c1', 'bank')).map((fact) => fact.tenant)).toEqual(['bank']);
    expect((await facts('c1', 'shop')).map((fact) => fact.tenant)).toEqual(['shop']);
  });

  test.each([
    ['no key, once there are any', {}, 401, 'unauthenticated'],
    ['an unknown key', bearer(newApiKey('x').key), 401, 'unauthenticated'],
    ['a key that has ended', bearer(late.key), 401, 'key-expired'],
    ['another scheme', { authorization: 'Basic eDp5' }, 401, 'unauthenticated'],
  ])('%s is refused', async (_title, headers, status, code) => {
    const { post } = await start({ apiKeys });
    const reply = await post(JSON.stringify(words(0)), headers);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  test('a key for something else is refused', async () => {
    const made = newApiKey('t');
    const { post } = await start({
      apiKeys: [{ id: 't', tenant: 'bank', sha256: made.sha256, scopes: ['tools:read'] }],
    });
    expect((await post(JSON.stringify(words(0)), bearer(made.key))).body.code).toBe('scope-missing');
  });

  test('a key where none has been made is a mistake that is said', async () => {
    const { post } = await start();
    expect((await post(JSON.stringify(words(0)), bearer(bank.key))).status).toBe(401);
  });

  test('beyond loopback it does not start without keys, and leaves nothing open', async () => {
    await expect(startIngest({ http: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({ code: 'keys-missing' });
    await expect(startIngest({ grpc: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({ code: 'keys-missing' });
  });

  test('a taken port is said, and the other door is closed again', async () => {
    const { grpcPort } = await start();
    const second = startIngest({ grpc: { host: '127.0.0.1', port: grpcPort } });
    await expect(second).rejects.toMatchObject({ code: 'port-taken' });
  });
});
