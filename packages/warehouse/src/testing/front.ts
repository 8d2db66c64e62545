import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { createFaults, type Fault } from './faults.js';
import { type FrontAnswer, openFrontEngine } from './front-engine.js';
import { type FrontRequest, readFrontRequest } from './front-request.js';

export interface FrontOptions {
  /** Folder of the data; made before. One process, and in it one folder, at a time. */
  dir: string;
  engineDir?: string;
  user: string;
  password: string;
  /** PEM. With `ca`, a certificate signed by it lets its common name in without a password. */
  tls?: { cert: string; key: string; ca?: string };
  /** Default: a free one. */
  port?: number;
}

/** Counted since the front was opened. */
export interface FrontTally {
  requests: number;
  /** Inserts that the engine has carried out, those that it knew already among them. */
  inserts: number;
  /** Requests that had a compressed body. */
  compressed: number;
}

/** A ClickHouse server as far as the official client can tell: real HTTP, with the embedded engine behind it. */
export interface ClickhouseFront {
  readonly url: string;
  readonly tally: Readonly<FrontTally>;
  readonly met: Readonly<Record<Fault['kind'], number>>;
  inject(fault: Fault): void;
  /** Ends all faults; requests that hang are cut off. */
  heal(): void;
  /** Nobody listens any more; what is under way is cut off. The engine stays as it is. */
  away(): Promise<void>;
  /** Listens again, at the same address. */
  back(): Promise<void>;
  /** Away, the engine down and up again, and back. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

export async function openClickhouseFront(options: FrontOptions): Promise<ClickhouseFront> {
  const faults = createFaults();
  const tally: FrontTally = { requests: 0, inserts: 0, compressed: 0 };
  const hanging = new Set<IncomingMessage>();
  let engine = openFrontEngine(options.dir, options.engineDir);
  const server: Server = options.tls
    ? createTlsServer({ ...options.tls, requestCert: options.tls.ca !== undefined, rejectUnauthorized: false })
    : createServer();

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    tally.requests += 1;
    if (incoming.headers['content-encoding']) tally.compressed += 1;
    if (new URL(incoming.url ?? '/', 'http://front').pathname === '/ping') return void response.end('Ok.\n');
    const request = await readFrontRequest(incoming);
    const kind = request.data === undefined ? 'query' : 'insert';
    const fault = faults.of(kind);
    if (fault === 'hang') return void hanging.add(incoming);
    if (fault === 'status') return void response.writeHead(502).end('<html>Bad Gateway</html>');
    if (fault === 'cut-request') return void incoming.socket.destroy();
    if (fault === 'late-failure')
      return void response.end(complaint({ code: '241', type: 'MEMORY_LIMIT_EXCEEDED', message: 'Too much.' }));
    const answer = isLetIn(request, incoming, options) ? await engine.run(request) : STRANGER;
    if (answer.ok && kind === 'insert') tally.inserts += 1;
    if (fault === 'lose-answer') return void incoming.socket.destroy();
    reply(response, answer, request.gzip);
  }

  server.on('request', (incoming, response) => {
    // A request that breaks off is not done and has nobody to answer to.
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });

  let port = options.port ?? 0;
  const listen = async () => {
    server.listen(port, HOST);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const away = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const heal = () => {
    faults.heal();
    for (const one of hanging) one.socket.destroy();
    hanging.clear();
  };
  await listen();
  return {
    url: `${options.tls ? 'https' : 'http'}://${HOST}:${port}`,
    tally,
    met: faults.met,
    inject: faults.inject,
    heal,
    away,
    back: listen,
    async restart() {
      await away();
      await engine.close();
      engine = openFrontEngine(options.dir, options.engineDir);
      await listen();
    },
    async close() {
      heal();
      await away();
      await engine.close();
    },
  };
}

function isLetIn(request: FrontRequest, incoming: IncomingMessage, { user, password }: FrontOptions): boolean {
  if (!request.byCertificate) return request.user === user && request.key === password;
  const socket = incoming.socket as TLSSocket;
  return socket.authorized && request.key === '' && socket.getPeerCertificate().subject.CN === request.user;
}

function reply(response: ServerResponse, answer: FrontAnswer, gzip: boolean): void {
  const bytes = answer.ok ? answer.bytes : Buffer.from(complaint(answer));
  const headers = {
    'X-ClickHouse-Summary': JSON.stringify({ read_rows: '0', written_rows: '0' }),
    ...(answer.ok ? {} : { 'X-ClickHouse-Exception-Code': answer.code }),
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
  };
  response.writeHead(answer.ok ? 200 : (STATUS[answer.code] ?? 500), headers).end(gzip ? gzipSync(bytes) : bytes);
}

type Refusal = Omit<Extract<FrontAnswer, { ok: false }>, 'ok'>;

function complaint({ code, type, message }: Refusal): string {
  return `Code: ${code}. DB::Exception: ${message} (${type}) (version 26.7.2.1 (official build))\n`;
}

const STRANGER: FrontAnswer = {
  ok: false,
  code: '516',
  type: 'AUTHENTICATION_FAILED',
  message: 'Authentication failed: password is incorrect, or there is no user with such name.',
};

const STATUS: Record<string, number> = { '516': 403, '62': 400, '60': 404, '81': 404 };
