import { EarshotError } from '@earshot/model';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { Channel, type ChannelDeps, CLOSE } from '../live/channel.js';
import type { Authenticator } from '../session/authenticate.js';
import type { Session } from '../session/sessions.js';
import type { Tickets } from '../session/tickets.js';
import type { Origins } from './origins.js';

export interface LiveDoor {
  beat(nowMs: number): void;
  /** Closes the connections of sessions that have ended. */
  closeEnded(): void;
  stop(): Promise<void>;
  count(): number;
  /** Bytes that wait for the slowest page. */
  mostBuffered(): number;
}

export interface LiveRouteDeps extends ChannelDeps {
  auth: Authenticator;
  tickets: Tickets;
  origins: Origins;
  isEnded(session: Session): boolean;
  connectionsPerPerson: number;
}

const LARGEST_MESSAGE_BYTES = 64 * 1024;
const GOODBYE_MS = 500;

/** `/v1/live`: only for our own pages, with a session and a ticket that this session was just given. */
export async function registerLiveRoute(app: FastifyInstance, deps: LiveRouteDeps): Promise<LiveDoor> {
  const channels = new Set<Channel>();

  await app.register(websocket, {
    options: { maxPayload: LARGEST_MESSAGE_BYTES, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: (done) => done(),
  });

  // Node hands an upgrading socket over for good: one that was refused would stay open and hold up the end.
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.headers.upgrade !== undefined) raw.socket.destroy();
  });

  app.get<{ Querystring: { ticket?: string } }>(
    '/v1/live',
    {
      websocket: true,
      config: { policy: 'live.connect' },
      preValidation: async (request) => {
        if (!request.ws) throw new EarshotError('invalid', 'this path speaks WebSocket');
        if (!deps.origins.allows(request.headers.origin)) {
          throw new EarshotError('origin-refused', 'pages of this origin may not call this server');
        }
        const session = deps.auth.session(request);
        const opens = session && (await deps.tickets.redeem(String(request.query.ticket ?? ''), session));
        if (!session || !opens) throw new EarshotError('unauthenticated', 'ask for a new ticket');
        if (connectionsOf(session) >= deps.connectionsPerPerson) {
          throw new EarshotError('rate-limited', 'too many pages are open', { retry: true });
        }
      },
    },
    (socket, request) => {
      const session = deps.auth.session(request);
      if (!session) return socket.terminate();
      const channel = new Channel(socket, request.raw.socket, session, deps);
      channels.add(channel);
      socket.once('close', () => {
        channels.delete(channel);
        channel.ended();
      });
    },
  );

  function connectionsOf({ tenant, staffNumber }: Session): number {
    let count = 0;
    for (const { session } of channels)
      if (session.tenant === tenant && session.staffNumber === staffNumber) count += 1;
    return count;
  }

  const closeEnded = () => {
    for (const channel of channels) if (deps.isEnded(channel.session)) channel.close(CLOSE.signedOut, 'signed out');
  };

  return {
    beat(nowMs) {
      closeEnded();
      for (const channel of channels) channel.beat(nowMs);
    },
    closeEnded,
    async stop() {
      for (const channel of channels) channel.close(CLOSE.goingAway, 'stopping');
      // Real time: a page that does not say goodbye must not hold up the end of the program.
      const deadline = Date.now() + GOODBYE_MS;
      while (channels.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const channel of channels) channel.cut();
    },
    count: () => channels.size,
    mostBuffered: () => [...channels].reduce((most, channel) => Math.max(most, channel.bufferedBytes), 0),
  };
}
