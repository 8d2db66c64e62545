/**
 * A conversation over the gRPC door, each event acknowledged once it is durable.
 * Address: EARSHOT_ADDRESS (default 127.0.0.1:8702); key, if one has been made: EARSHOT_API_KEY.
 */
import { createClient, type NewEvent } from '@earshot/client';

const { EARSHOT_ADDRESS: address = '127.0.0.1:8702', EARSHOT_API_KEY: apiKey } = process.env;
const conversationId = `example-${Date.now()}`;
const beganMs = Date.now();

const lines: [participantId: string, role: 'agent' | 'customer', text: string][] = [
  ['agent-1001', 'agent', '您好，请问有什么可以帮您'],
  ['customer', 'customer', '上个月的账单多扣了一笔钱，我已经打了三次电话'],
  ['agent-1001', 'agent', '这个问题我解决不了'],
  ['customer', 'customer', '那我就打12315投诉到底'],
];

function* events(): Generator<NewEvent> {
  const at = (seconds: number) => beganMs + seconds * 1_000;
  const of = (atMs: number, body: NewEvent['body']): NewEvent => ({ conversationId, atMs, body });
  yield of(at(0), { kind: 'started', channel: 'chat', direction: 'inbound', externalIds: { ticket: 'T-1' } });
  yield of(at(0), { kind: 'participant-joined', participantId: 'customer', role: 'customer', leg: 'customer' });
  const staff = { participantId: 'agent-1001', role: 'agent', staffNumber: '1001', leg: 'agent' } as const;
  yield of(at(0), { kind: 'participant-joined', ...staff });
  const segments = { agent: 0, customer: 0 };
  for (const [index, [participantId, role, text]] of lines.entries()) {
    const [startMs, endMs] = [at(index * 3 + 1), at(index * 3 + 3)];
    const segment = segments[role]++;
    const words = { participantId, role, leg: role, segment, revision: 0, final: true, text, startMs, endMs };
    yield of(endMs, { kind: 'utterance', ...words });
  }
  yield of(at(15), { kind: 'ended' });
}

const client = createClient({ address, apiKey, source: 'text' });
const stream = client.stream();
const answers = [...events()].map(async (event) => {
  const answer = await stream.send(event);
  const outcome = answer.ok ? `durable at ${answer.partition}/${answer.offset ?? 'spool'}` : `refused: ${answer.code}`;
  process.stdout.write(`${event.body.kind.padEnd(18)} ${outcome}\n`);
  return answer.ok;
});
try {
  process.exitCode = (await Promise.all(answers)).every(Boolean) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'could not send'}\n`);
  process.exitCode = 1;
}
await client.close();
