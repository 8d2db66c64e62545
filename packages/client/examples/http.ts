/**
 * A conversation over the HTTP door as lines of JSON, with nothing but `fetch`.
 * Address: EARSHOT_URL (default http://127.0.0.1:8701); key, if one has been made: EARSHOT_API_KEY.
 */
const { EARSHOT_URL: url = 'http://127.0.0.1:8701', EARSHOT_API_KEY: apiKey } = process.env;
const conversationId = `example-${Date.now()}`;
const nowMs = Date.now();

const events = [
  { kind: 'started', atMs: nowMs, channel: 'chat', direction: 'inbound', externalIds: { ticket: 'T-2' } },
  {
    kind: 'utterance',
    participantId: 'customer',
    role: 'customer',
    leg: 'customer',
    segment: 0,
    text: '你们经理呢，我要打12315投诉',
    startMs: nowMs,
    endMs: nowMs + 2_000,
  },
  { kind: 'ended', atMs: nowMs + 3_000 },
];

const reply = await fetch(`${url}/v1/conversations/${conversationId}/events`, {
  method: 'POST',
  headers: {
    'content-type': 'application/x-ndjson',
    'earshot-source': 'text',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  },
  body: events.map((event) => JSON.stringify(event)).join('\n'),
});
process.stdout.write(`${reply.status} ${await reply.text()}\n`);
process.exitCode = reply.status === 200 ? 0 : 1;

export {};
