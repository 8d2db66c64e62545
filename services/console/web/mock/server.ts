import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { ClientMessage, ServerMessage, View } from '@earshot/wire/live';
import { type WebSocket, WebSocketServer } from 'ws';
import { playCalls } from './play.js';
import { addBackground, decide, emptyWorld, put, type World } from './world.js';

/** A stand-in for the console's server, for developing and measuring the pages. It holds nothing and checks nobody. */
export interface Mock {
  url: string;
  world: World;
  /** Every act that pages sent. */
  acts: Extract<ClientMessage, { type: 'act' }>[];
  publishAlert(alertId: string): void;
  say(message: ServerMessage, view?: View): void;
  dropSockets(): void;
  stop(): Promise<void>;
}

export interface MockOptions {
  webDist: string;
  widgetDist: string;
  port?: number;
  rows?: number;
  /** Play the scripted calls by itself. */
  play?: boolean;
  analysis?: 'on' | 'off';
  /** Whether the page that embeds the desk is one the server knows. */
  knownParent?: boolean;
  /** The other consoles are not heard. */
  alone?: boolean;
  /** Milliseconds between a claim and its coming back. */
  actDelayMs?: number;
  /** As the product was started with them. */
  lang?: 'zh' | 'en';
  ingestUrl?: string;
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'";
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Everybody whom the background and the scene mention. */
const NAMES: Record<string, string> = {
  10001: '王芳',
  20001: '李主管',
  20007: '赵组长',
  ...Object.fromEntries(Array.from({ length: 400 }, (_, n) => [String(10_100 + n), `坐席${n + 1}`])),
};

const PARENT_PAGE = `<!doctype html><title>CRM</title><div id="seat" style="height:90vh"></div>
<script src="/widget.js"></script>
<script>window.desk = earshot.mount(document.getElementById('seat'), { staff: '10001', token: 'signed' });</script>`;

export async function startMock(options: MockOptions): Promise<Mock> {
  const world = emptyWorld();
  addBackground(world, options.rows ?? 60, Date.now());
  const sockets = new Map<WebSocket, { view: View; follows: Set<string> }>();
  const acts: Mock['acts'] = [];
  const server = createServer((request, response) => onRequest(request, response));
  const live = new WebSocketServer({ server, path: '/v1/live' });
  const me = { desk: person('10001', '王芳', 'agent'), wall: person('20001', '李主管', 'floor-supervisor') };

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://mock');
    const answer = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const desk = (request.headers.referer ?? '').includes('desk') || url.searchParams.has('desk');
    const { lang, ingestUrl } = options;
    if (url.pathname === '/v1/me')
      return answer({ ...(desk || deskCookie(request) ? me.desk : me.wall), lang, ingestUrl });
    if (url.pathname === '/v1/live/ticket') return answer({ ticket: 'mock' });
    if (url.pathname === '/v1/desk/config') return answer({ parentOrigins: options.knownParent ? [address()] : [] });
    if (url.pathname.startsWith('/v1/desk/') || url.pathname === '/v1/session/end') return answer({});
    if (url.pathname === '/v1/presence') return answer(presenceOf(options.alone ?? false));
    if (url.pathname === '/v1/search') {
      const q = url.searchParams.get('q') ?? '';
      const rows = [...world.rows.values()].filter(
        (row) => row.conversationId === q || Object.values(row.externalIds).some((id) => id.includes(q)),
      );
      return answer({ rows: rows.slice(0, 20), names: NAMES });
    }
    const one = /^\/v1\/conversations\/([^/]+)$/.exec(url.pathname)?.[1];
    const row = one === undefined ? undefined : world.rows.get(decodeURIComponent(one));
    if (one !== undefined && !row) return answer({ code: 'not-found', message: 'no such conversation' }, 404);
    if (row) {
      const alerts = [...world.alerts.values()].filter((alert) => alert.conversationId === row.conversationId);
      return answer({ row, transcript: world.lines.get(row.conversationId) ?? [], alerts, names: NAMES });
    }
    if (url.pathname === '/crm.html') return serveParent(response);
    serveFile(url.pathname, response);
  }

  /** What a contact centre's own page does to embed the desk. */
  function serveParent(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(PARENT_PAGE);
  }

  function serveFile(path: string, response: ServerResponse): void {
    const clean = normalize(path === '/' ? '/index.html' : path).replace(/^(\.\.[/\\])+/, '');
    const file = [options.widgetDist, options.webDist].map((root) => join(root, clean)).find((f) => existsSync(f));
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const headers: Record<string, string> = {
      'content-type': `${TYPES[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`,
      'content-security-policy': CSP,
    };
    if (clean === '/desk.html') headers['set-cookie'] = 'desk=1; Path=/';
    if (clean === '/index.html') headers['set-cookie'] = 'desk=0; Path=/';
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  }

  function address(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function say(message: ServerMessage, view?: View): void {
    const text = JSON.stringify(message);
    for (const [socket, info] of sockets) if (!view || info.view === view) socket.send(text);
  }

  function publishAlert(alertId: string): void {
    const alert = world.alerts.get(alertId);
    if (!alert) return;
    const row = world.rows.get(alert.conversationId);
    for (const [socket, info] of sockets) {
      if (info.view === 'desk' && !alert.agents.includes(me.desk.staffNumber)) continue;
      if (row) socket.send(JSON.stringify({ type: 'conversations', reset: false, rows: [row], removed: [] }));
      socket.send(JSON.stringify({ type: 'alert', alert, cursor: String(world.offset) }));
    }
  }

  live.on('connection', (socket) => {
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => onClient(socket, JSON.parse(String(data)) as ClientMessage));
  });

  function onClient(socket: WebSocket, message: ClientMessage): void {
    const send = (reply: ServerMessage) => socket.send(JSON.stringify(reply));
    if (message.type === 'subscribe') {
      const mine = me[message.view];
      sockets.set(socket, { view: message.view, follows: new Set() });
      send({ type: 'hello', me: mine, view: message.view, analysis: options.analysis ?? 'on', serverMs: Date.now() });
      send({ type: 'names', names: NAMES });
      const own = (agents: string[]) => message.view === 'wall' || agents.includes(mine.staffNumber);
      const rows = [...world.rows.values()].filter((row) => own(row.agents));
      send({ type: 'conversations', reset: true, rows, removed: [] });
      const from = Number(message.cursor ?? 0);
      for (const alert of world.alerts.values()) {
        if (own(alert.agents) && alert.version.offset > from) send({ type: 'alert', alert, cursor: String(from) });
      }
      if (message.view === 'desk') {
        for (const row of rows) transcript(socket, row.conversationId);
      }
      send({ type: 'caught-up', cursor: String(world.offset) });
    } else if (message.type === 'follow') {
      sockets.get(socket)?.follows.add(message.conversationId);
      transcript(socket, message.conversationId);
    } else if (message.type === 'unfollow') {
      sockets.get(socket)?.follows.delete(message.conversationId);
    } else {
      acts.push(message);
      const by = me[sockets.get(socket)?.view ?? 'wall'].staffNumber;
      const alert = world.alerts.get(message.alertId);
      send({ type: 'act-result', requestId: message.requestId, accepted: alert !== undefined });
      if (!alert) return;
      setTimeout(() => {
        const now = world.alerts.get(message.alertId) ?? alert;
        put(world, decide(world, now, message.action, by));
        publishAlert(message.alertId);
      }, options.actDelayMs ?? 400);
    }
  }

  function transcript(socket: WebSocket, conversationId: string): void {
    const lines = world.lines.get(conversationId) ?? [];
    socket.send(JSON.stringify({ type: 'transcript', conversationId, reset: true, lines }));
  }

  const ticking = setInterval(
    () => say({ type: 'tick', serverMs: Date.now(), analysis: options.analysis ?? 'on' }),
    5000,
  );
  const stopPlaying = options.play ? playCalls(world, { say, publishAlert, deskAgent: '10001' }) : () => undefined;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: address(),
    world,
    acts,
    publishAlert,
    say,
    dropSockets: () => {
      for (const socket of sockets.keys()) socket.terminate();
    },
    async stop() {
      clearInterval(ticking);
      stopPlaying();
      // In this order: a page that connects again in between would hold it open for ever.
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of live.clients) socket.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

function person<R extends 'agent' | 'floor-supervisor'>(staffNumber: string, name: string, role: R) {
  return { staffNumber, name, roles: [role] };
}

function presenceOf(alone: boolean) {
  const people = [
    { staffNumber: '10001', name: '王芳', pages: ['desk'] },
    { staffNumber: '20001', name: '李主管', pages: ['wall'] },
    { staffNumber: '20007', name: '赵组长', pages: [] },
  ];
  return { complete: !alone, here: 2, all: 3, people };
}

function deskCookie(request: IncomingMessage): boolean {
  return (request.headers.cookie ?? '').includes('desk=1');
}
