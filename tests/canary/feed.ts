import { createClient } from '@earshot/client';
import type { Scope } from '@earshot/kit';
import type { ConversationEvent, EventBody, Utterance } from '@earshot/model';
import { IngestServiceService } from '@earshot/wire';
import { Client, credentials } from '@grpc/grpc-js';
import type { Product } from '../support/product.js';
import { ANNOUNCED, IN_BROKEN, IN_FIELDS, IN_WORDS, SPLIT } from './plants.js';

const F = IN_FIELDS;
const B = IN_BROKEN;
const utterance = {
  participantId: 'customer',
  role: 'customer',
  leg: 'customer',
  revision: 0,
  final: true,
} satisfies Partial<Utterance>;

/** Sends every plant through both doors, in every place that takes text, and gives back what the doors answered. */
export async function feed(scope: Scope, product: Product): Promise<string> {
  const answers: string[] = [];
  const client = createClient({ address: product.grpcAddress, source: 'voice' });
  scope.defer('client', () => client.close());
  let count = 0;
  const event = (conversationId: string, body: EventBody, eventId?: string): ConversationEvent => {
    count += 1;
    return { conversationId, eventId: eventId ?? `canary-${count}`, atMs: Date.now(), body };
  };
  const grpc = async (...events: ConversationEvent[]) => void answers.push(JSON.stringify(await client.append(events)));
  const http = async (path: string, body: string, type = 'application/json') => {
    const answer = await fetch(product.httpUrl + path, { method: 'POST', headers: { 'content-type': type }, body });
    answers.push(`${answer.status} ${await answer.text()}`);
  };
  let segment = 0;
  const words = (text: string, more: Partial<Utterance> = {}): Utterance => {
    const now = Date.now();
    return {
      kind: 'utterance',
      ...utterance,
      segment: more.segment ?? segment++,
      text,
      startMs: now,
      endMs: now,
      ...more,
      role: 'customer',
    };
  };

  await grpc(
    event(
      'canary',
      {
        kind: 'started',
        channel: 'voice',
        direction: 'inbound',
        externalIds: { call: F.externalId.shown, mail: F.externalEmail.shown, [F.externalKey.shown]: 'x' },
        customerKey: F.customerKey.shown,
        skillGroup: F.skillGroup.shown,
        queue: F.queue.shown,
        businessLine: F.businessLine.shown,
      },
      F.eventId.shown,
    ),
    event('canary', {
      kind: 'participant-joined',
      participantId: 'agent',
      role: 'agent',
      leg: 'agent',
      staffNumber: '10001',
    }),
    event('canary', {
      kind: 'participant-joined',
      participantId: F.participantId.shown,
      role: 'customer',
      leg: F.leg.shown,
    }),
    event('canary', words('我要打12378投诉')),
  );
  for (const plant of IN_WORDS) {
    const text = `你记一下 ${plant.shown}，我要打12378投诉`;
    const at = segment++;
    // A partial that ends in the middle of the number, the whole, and the final.
    const half = text.slice(0, 5 + Math.ceil(plant.shown.length * 0.7));
    await grpc(
      event('canary', words(half, { segment: at, final: false })),
      event('canary', words(text, { segment: at, revision: 1 })),
    );
  }
  for (const { said } of ANNOUNCED)
    await http('/v1/conversations/canary/events', JSON.stringify(words(`${said}，找律师`)));
  await grpc(event('canary', words(`卡号是${SPLIT.pieces[0]}`)), event('canary', words(`${SPLIT.pieces[1]}`)));
  await grpc(
    event('canary', { kind: 'metadata', fields: { order: F.metadata.shown, [F.metadataKey.shown]: 'x' } }),
    event('canary', { kind: 'rating', score: 1, scale: 5, comment: `打我电话${F.rating.shown}` }),
    event('canary', { kind: 'call-progress', step: 'cold-transfer', target: F.target.shown }),
    event(F.conversationId.shown, words('我要打12378投诉')),
    event('canary', words('一样的编号', { segment: 900 }), 'conflict'),
    event('canary', words(`不一样的内容 ${B.conflict.shown}`, { segment: 900 }), 'conflict'),
    event('canary', words(`${B.refused.shown}${'长'.repeat(9_000)}`)),
    event('canary', { kind: 'ended', reason: `客户${F.reason.shown}挂断` }),
  );
  await http('/v1/conversations/canary/events', `{"kind":"utterance","text":"${B.json.shown}`);
  await http('/v1/conversations/canary/events', `{"kind":"ended","atMs":1,"${B.unknownField.shown}":1}`);
  await http('/v1/conversations/canary/events', `{"kind":"${B.unknownField.shown}"}\n`, 'application/x-ndjson');
  await http(`/nothing/${B.url.shown}`, '{}');
  answers.push(await rawBytes(product.grpcAddress, Buffer.from(`\u000a\u00ff${B.protobuf.shown}`)));
  return answers.join('\n');
}

/** Bytes that are no message, to the unary method; resolves to what the caller is told. */
function rawBytes(address: string, bytes: Buffer): Promise<string> {
  const client = new Client(address, credentials.createInsecure());
  return new Promise((resolve) => {
    const asIs = (one: Buffer) => one;
    client.makeUnaryRequest(IngestServiceService.appendEvents.path, asIs, asIs, bytes, (error, answer) => {
      client.close();
      resolve(String(error?.message ?? answer));
    });
  });
}
