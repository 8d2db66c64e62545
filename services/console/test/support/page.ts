import type { Alert, AlertVersion } from '@earshot/model';
import { compareVersions, isFinalState } from '@earshot/model';
import type { ClientMessage, ConversationRow, ServerMessage, TranscriptLine, View } from '@earshot/wire/live';
import { WebSocket } from 'ws';
import type { Console } from '../../src/index.js';
import { until } from './until.js';

/** Signed in, as a browser is: with a cookie, and an origin it cannot forge. */
export interface Visitor {
  url: string;
  cookie: string;
  get(path: string): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
}

export async function signIn(server: Console, staffNumber: string, tenant?: string): Promise<Visitor> {
  const link = new URL(await server.issueSignInLink(staffNumber, tenant));
  const response = await fetch(`${server.url}${link.pathname}${link.search}`, { redirect: 'manual' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`sign-in answered ${response.status}`);
  return visitor(server.url, cookie);
}

export function visitor(url: string, cookie: string): Visitor {
  return {
    url,
    cookie,
    get: (path) => fetch(`${url}${path}`, { headers: { cookie } }),
    post: (path, body) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: {
          cookie,
          origin: url,
          'x-earshot-csrf': '1',
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
  };
}

/** What one browser profile remembers between connections, by the rules a page goes by. */
export interface Memory {
  cursor?: string;
  versions: Map<string, AlertVersion>;
  open: Map<string, Alert>;
  /** (alert, version) in the order in which they were applied. */
  applied: Alert[];
}

export function emptyMemory(): Memory {
  return { versions: new Map(), open: new Map(), applied: [] };
}

export class Page {
  readonly heard: ServerMessage[] = [];
  readonly rows = new Map<string, ConversationRow>();
  names: Record<string, string> = {};
  readonly transcripts = new Map<string, TranscriptLine[]>();
  closed: { code: number; reason: string } | undefined;
  private filling = false;

  private constructor(
    readonly socket: WebSocket,
    readonly memory: Memory,
    private readonly view: View,
  ) {}

  static async open(who: Visitor, view: View, memory: Memory = emptyMemory()): Promise<Page> {
    const page = await Page.connect(who, view, memory);
    page.subscribe();
    await page.live();
    return page;
  }

  /** Connected, and not yet subscribed. */
  static async connect(who: Visitor, view: View, memory: Memory = emptyMemory()): Promise<Page> {
    const response = await who.post('/v1/live/ticket');
    if (!response.ok) throw new Error(`ticket answered ${response.status}`);
    const { ticket } = (await response.json()) as { ticket: string };
    const socket = new WebSocket(`${who.url.replace('http', 'ws')}/v1/live?ticket=${ticket}`, {
      headers: { cookie: who.cookie, origin: who.url },
    });
    const page = new Page(socket, memory, view);
    socket.on('message', (data) => page.hear(JSON.parse(String(data)) as ServerMessage));
    socket.on('close', (code, reason) => {
      page.closed = { code, reason: String(reason) };
    });
    socket.on('error', () => undefined);
    await until(() => socket.readyState === WebSocket.OPEN || page.closed !== undefined);
    return page;
  }

  subscribe(): void {
    const { cursor } = this.memory;
    this.filling = cursor === undefined;
    if (this.filling) this.named.clear();
    this.say({ type: 'subscribe', view: this.view, ...(cursor === undefined ? {} : { cursor }) });
  }

  say(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  async act(
    message: Omit<Extract<ClientMessage, { type: 'act' }>, 'type'>,
  ): Promise<Extract<ServerMessage, { type: 'act-result' }>> {
    this.say({ type: 'act', ...message });
    return this.find('act-result', (one) => one.requestId === message.requestId);
  }

  async find<T extends ServerMessage['type']>(
    type: T,
    wanted: (message: Extract<ServerMessage, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    const matches = (one: ServerMessage) => one.type === type && wanted(one as Extract<ServerMessage, { type: T }>);
    await until(() => this.heard.some(matches), `a message ${type}`);
    return this.heard.find(matches) as Extract<ServerMessage, { type: T }>;
  }

  live(): Promise<unknown> {
    return this.find('caught-up');
  }

  close(): void {
    this.socket.terminate();
  }

  private readonly named = new Set<string>();

  private hear(message: ServerMessage): void {
    this.heard.push(message);
    switch (message.type) {
      case 'alert':
        this.apply(message.alert);
        this.memory.cursor = message.cursor;
        break;
      case 'alert-list':
        this.keepOnly(message.alerts, (one) => one.conversationId === message.conversationId, message.asOf);
        for (const alert of message.alerts) this.apply(alert);
        this.memory.cursor = message.cursor;
        break;
      case 'caught-up':
        if (this.filling) {
          for (const id of this.memory.open.keys()) if (!this.named.has(id)) this.memory.open.delete(id);
        }
        this.filling = false;
        this.memory.cursor = message.cursor;
        break;
      case 'names':
        this.names = { ...this.names, ...message.names };
        break;
      case 'conversations':
        if (message.reset) this.rows.clear();
        for (const row of message.rows) this.rows.set(row.conversationId, row);
        for (const id of message.removed) this.rows.delete(id);
        break;
      case 'transcript': {
        const held = message.reset ? [] : (this.transcripts.get(message.conversationId) ?? []);
        const fresh = new Map([...held, ...message.lines].map((line) => [`${line.leg}:${line.segment}`, line]));
        this.transcripts.set(
          message.conversationId,
          [...fresh.values()].sort((a, b) => a.startMs - b.startMs),
        );
        break;
      }
      case 'error':
        if (message.code === 'cursor-expired' || message.code === 'bad-cursor') {
          this.memory.cursor = undefined;
          this.subscribe();
        }
    }
  }

  private apply(alert: Alert): void {
    const { versions, open, applied } = this.memory;
    this.named.add(alert.id);
    const known = versions.get(alert.id);
    if (known && compareVersions(alert.version, known) <= 0) return;
    versions.set(alert.id, alert.version);
    applied.push(alert);
    if (isFinalState(alert.state)) open.delete(alert.id);
    else open.set(alert.id, alert);
  }

  private keepOnly(listed: Alert[], concerns: (alert: Alert) => boolean, asOf: AlertVersion): void {
    const ids = new Set(listed.map((alert) => alert.id));
    for (const alert of this.memory.open.values()) {
      if (concerns(alert) && !ids.has(alert.id) && compareVersions(alert.version, asOf) <= 0)
        this.memory.open.delete(alert.id);
    }
  }
}
