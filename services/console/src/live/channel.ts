import type { Duplex } from 'node:stream';
import type { Presence } from '@earshot/hints';
import { asError, coded, type Logger, type Metrics } from '@earshot/kit';
import { decide, enforce, livePolicy, type StaffPrincipal } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import type { ClientMessage, ServerMessage } from '@earshot/wire/live';
import { WebSocket } from 'ws';
import type { Access } from '../access.js';
import type { Clock } from '../clock.js';
import type { Session } from '../session/sessions.js';
import type { Book } from '../state/book.js';
import type { Act } from './act.js';
import { maySee, type Subscriber } from './audience.js';
import { decodeCursor } from './cursor.js';
import type { Hub } from './hub.js';
import { readMessage } from './messages.js';
import { createNameTag } from './names.js';
import { Outbox } from './outbox.js';
import type { RowsMessage } from './rows-message.js';

export interface LiveLimits {
  /** Bytes handed to the connection and not yet taken by the network. */
  bufferedBytes: number;
  /** A page that takes nothing for this long is let go, ms. */
  lagMs: number;
  pingMs: number;
  tickMs: number;
  /** A page must subscribe within this time, ms. */
  subscribeMs: number;
  /** Messages from a page: burst, and refill a second. */
  burst: number;
  perSecond: number;
  follows: number;
}

export interface ChannelDeps {
  hub: Hub;
  book: Book;
  access: Access;
  act: Act;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  limits: LiveLimits;
  rowsMessage: RowsMessage;
  presence: Pick<Presence, 'enter'>;
  analysis(): 'on' | 'off';
  /** Whether the alerts topic reaches up to these offsets; a cursor beyond it is of another log. */
  reaches(offsets: readonly number[]): Promise<boolean>;
}

/** Closing codes of the live connection. */
export const CLOSE = { goingAway: 1001, refused: 1008, lagging: 1013, revoked: 4403, signedOut: 4401 } as const;

const DIRECT_LIMIT = 1_000;
const TERMINATE_AFTER_MS = 1_000;

/** One WebSocket: takes messages one after the other, and sends only as fast as the page takes. */
export class Channel {
  private subscriber: Subscriber | undefined;
  /** Says that this page no longer shows anything to its person. */
  private goAway: (() => void) | undefined;
  private readonly direct: string[] = [];
  private subscribeByMs: number;
  private tokens: number;
  private tokensAtMs: number;
  private lagSinceMs: number | undefined;
  private pingedMs: number;
  private answered = true;
  private tickedMs: number;
  private taking: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(
    private readonly socket: WebSocket,
    /** What is below the socket: all that a page is told at once leaves in one write. */
    private readonly wire: Pick<Duplex, 'cork' | 'uncork'>,
    readonly session: Session,
    private readonly deps: ChannelDeps,
  ) {
    const now = deps.clock.now();
    this.subscribeByMs = now + deps.limits.subscribeMs;
    this.tokensAtMs = now;
    this.pingedMs = now;
    this.tickedMs = now;
    this.tokens = deps.limits.burst;
    socket.on('message', (data, binary) => this.hear(binary ? undefined : String(data)));
    socket.on('pong', () => {
      this.answered = true;
    });
  }

  /** A page that lags is told nothing more until it takes again. */
  get lagging(): boolean {
    return this.lagSinceMs !== undefined;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  say(message: ServerMessage): void {
    this.direct.push(JSON.stringify(message));
    if (this.direct.length > DIRECT_LIMIT) this.close(CLOSE.lagging, 'lagging');
    this.pump();
  }

  pump(): void {
    this.wire.cork();
    this.sendWhatIsTaken();
    this.wire.uncork();
  }

  private sendWhatIsTaken(): void {
    const { clock, limits } = this.deps;
    while (!this.closing && this.socket.readyState === WebSocket.OPEN) {
      if (this.socket.bufferedAmount >= limits.bufferedBytes) {
        this.lagSinceMs ??= clock.now();
        return;
      }
      this.lagSinceMs = undefined;
      const text = this.direct.shift() ?? this.subscriber?.outbox.next();
      if (text === undefined) return;
      this.socket.send(text, { binary: false }, (error) => {
        if (!error && this.lagSinceMs !== undefined) this.pump();
      });
    }
  }

  /** Each second: ticks, pings, and an end to what does not answer. */
  beat(nowMs: number): void {
    const { limits } = this.deps;
    if (this.lagSinceMs !== undefined && this.socket.bufferedAmount < limits.bufferedBytes) this.pump();
    if (this.lagSinceMs !== undefined && nowMs - this.lagSinceMs >= limits.lagMs) {
      return this.close(CLOSE.lagging, 'lagging');
    }
    if (!this.subscriber && nowMs >= this.subscribeByMs) return this.close(CLOSE.refused, 'nothing subscribed');
    if (nowMs - this.pingedMs >= limits.pingMs) {
      if (!this.answered) return this.close(CLOSE.goingAway, 'no answer');
      this.answered = false;
      this.pingedMs = nowMs;
      if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
    }
    if (nowMs - this.tickedMs >= limits.tickMs && !this.lagging) {
      this.tickedMs = nowMs;
      this.say({ type: 'tick', serverMs: nowMs, analysis: this.deps.analysis() });
    }
  }

  /** Nothing is sent after this; a page that does not take the goodbye is cut off. */
  close(code: number, reason: string): void {
    if (this.closing) return;
    this.closing = true;
    this.leave();
    this.deps.metrics
      .counter('earshot_console_live_closed_total', 'Live connections closed by us', ['reason'])
      .inc({ reason });
    this.socket.close(code, reason);
    const cancel = this.deps.clock.after(TERMINATE_AFTER_MS, () => this.socket.terminate());
    this.socket.once('close', cancel);
  }

  /** The connection has ended, from whichever side. */
  ended(): void {
    this.closing = true;
    this.leave();
  }

  cut(): void {
    this.socket.terminate();
  }

  private principal(): StaffPrincipal | undefined {
    return this.deps.access.principal(this.session.tenant, this.session.staffNumber);
  }

  private hear(text: string | undefined): void {
    if (this.closing) return;
    if (!this.spend()) return this.close(CLOSE.refused, 'too many messages');
    const message = text === undefined ? undefined : readMessage(text);
    if (!message) {
      this.say({ type: 'error', code: 'invalid', message: 'this is not a message of the live protocol' });
      return;
    }
    // In the order in which they came: a claim must not overtake the subscription before it. Acts wait on the log
    // side by side.
    this.taking = this.taking.then(() => this.take(message)).catch((thrown: unknown) => this.fail(thrown));
  }

  private fail(thrown: unknown): void {
    const error = coded(thrown);
    if (error.code === 'internal') this.deps.logger.error({ err: asError(thrown) }, 'live message failed');
    this.say({ type: 'error', code: error.code, message: error.message });
  }

  private async take(message: ClientMessage): Promise<void> {
    if (this.closing) return;
    const principal = this.principal();
    if (message.type === 'subscribe') return this.subscribe(principal, message);
    if (message.type === 'act') {
      if (!principal) return enforce(decide('live.connect', principal));
      void this.deps.act(principal, message).then((result) => this.say(result));
      return;
    }
    const { subscriber } = this;
    // Between a revocation and the next subscription a page may still follow what it had open.
    if (!subscriber) return;
    const conversation = this.deps.book.find(subscriber.principal.tenant, message.conversationId);
    if (!conversation) {
      const { conversationId } = message;
      if (message.type === 'follow') this.say({ type: 'transcript', conversationId, reset: true, lines: [] });
      return;
    }
    if (message.type === 'unfollow') return this.deps.hub.unfollow(subscriber, conversation);
    enforce(decide(livePolicy(message), principal, conversation.resource));
    if (!maySee(subscriber, conversation)) enforce({ allow: false, code: 'not-yours' });
    if (subscriber.follows.size >= this.deps.limits.follows) {
      throw new EarshotError('too-many-follows', 'too many conversations are open on this page');
    }
    this.deps.hub.follow(subscriber, conversation);
  }

  private async subscribe(
    principal: StaffPrincipal | undefined,
    message: Extract<ClientMessage, { type: 'subscribe' }>,
  ): Promise<void> {
    const { access, book, hub, clock } = this.deps;
    enforce(decide(livePolicy(message), principal));
    if (!principal) return;
    const people = access.fingerprint(principal.tenant);
    const cursor = message.cursor === undefined ? undefined : decodeCursor(message.cursor);
    if (message.cursor !== undefined) {
      if (!cursor || cursor.offsets.length !== book.next.length)
        throw new EarshotError('bad-cursor', 'begin without a cursor');
      const held = cursor.offsets.every((offset, partition) => offset >= (book.floor[partition] ?? 0));
      if (!held || cursor.people !== people || !(await this.deps.reaches(cursor.offsets))) {
        throw new EarshotError('cursor-expired', 'begin without a cursor');
      }
    }
    if (this.closing) return;
    // The people may have changed while the log was asked.
    if (this.principal() !== principal) throw new EarshotError('cursor-expired', 'begin without a cursor');
    this.leave();
    const { tenant, staffNumber } = principal;
    const { name, roles } = access.person(tenant, staffNumber) ?? { name: '', roles: [] };
    const { view } = message;
    this.say({
      type: 'hello',
      me: { staffNumber, name, roles },
      view,
      analysis: this.deps.analysis(),
      serverMs: clock.now(),
    });
    const outbox = new Outbox(book, {
      people,
      rowsMessage: this.deps.rowsMessage,
      names: createNameTag((number) => access.person(tenant, number)?.name),
      scores: view === 'wall',
      ...(cursor ? { cursor: message.cursor } : {}),
    });
    const pump = () => this.pump();
    this.subscriber = { principal, view, outbox, follows: new Set(), pump, revoked: () => this.revoked() };
    this.goAway = this.deps.presence.enter(tenant, staffNumber, view);
    hub.join(this.subscriber, cursor?.offsets);
  }

  /** The people differ. Whoever may still be here begins anew, with the new eyes. */
  private revoked(): void {
    this.subscriber = undefined;
    this.goAway?.();
    this.subscribeByMs = this.deps.clock.now() + this.deps.limits.subscribeMs;
    if (!decide('live.connect', this.principal()).allow) return this.close(CLOSE.revoked, 'revoked');
    this.say({ type: 'error', code: 'cursor-expired', message: 'your teams have changed: begin without a cursor' });
  }

  private leave(): void {
    if (this.subscriber) this.deps.hub.leave(this.subscriber);
    this.subscriber = undefined;
    this.goAway?.();
  }

  private spend(): boolean {
    const { burst, perSecond } = this.deps.limits;
    const now = this.deps.clock.now();
    this.tokens = Math.min(burst, this.tokens + ((now - this.tokensAtMs) / 1000) * perSecond);
    this.tokensAtMs = now;
    this.tokens -= 1;
    return this.tokens >= 0;
  }
}
