import { type ClientOptions, createClient, type SendResult } from '@earshot/client';
import type { Scope } from '@earshot/kit';
import type { EventBody, Started } from '@earshot/model';
import type { Product } from './product.js';

/** A conversation that a test speaks itself, event by event, through the gRPC door. */
export interface Call {
  conversationId: string;
  /** Resolves once the event is durable; throws if it was refused. */
  tell(body: EventBody): Promise<void>;
  /** One whole utterance that ends now. */
  say(role: 'customer' | 'agent', text: string, participantId?: string): Promise<void>;
  end(): Promise<void>;
}

export async function openCall(
  scope: Scope,
  at: Pick<Product, 'grpcAddress'> & Pick<ClientOptions, 'tls'>,
  conversationId: string,
  staffNumber = '10001',
  about: Partial<Started> = {},
): Promise<Call> {
  const client = createClient({ address: at.grpcAddress, source: 'text', ...(at.tls && { tls: at.tls }) });
  scope.defer(`call ${conversationId}`, () => client.close());
  const segments = new Map<string, number>();
  const call: Call = {
    conversationId,
    async tell(body) {
      const [result] = await client.append([{ conversationId, atMs: Date.now(), body }]);
      if (!result?.ok) throw new Error(`refused: ${codeOf(result)}`);
    },
    say(role, text, participantId = role) {
      const segment = segments.get(participantId) ?? 0;
      segments.set(participantId, segment + 1);
      const now = Date.now();
      const where = { participantId, role, leg: participantId, segment, revision: 0, final: true };
      return call.tell({ kind: 'utterance', ...where, text, startMs: now, endMs: now });
    },
    end: () => call.tell({ kind: 'ended' }),
  };
  await call.tell({
    kind: 'started',
    channel: 'voice',
    direction: 'inbound',
    skillGroup: 'wealth-service',
    externalIds: { call: `no-${conversationId}` },
    ...about,
  });
  await call.tell({ kind: 'participant-joined', participantId: 'agent', role: 'agent', leg: 'agent', staffNumber });
  await call.tell({ kind: 'participant-joined', participantId: 'customer', role: 'customer', leg: 'customer' });
  await call.say('agent', '您好，这里是客户服务中心');
  return call;
}

const codeOf = (result: SendResult | undefined) => (result && !result.ok ? result.code : 'no answer');
