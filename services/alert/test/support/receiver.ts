import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scope } from '@earshot/kit';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  atMs: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  /** Types of the messages, in order. */
  types(): string[];
}

/** A receiver on loopback; `answer` gets the number of the request, from 0. `hang`: never answers. */
export async function startReceiver(scope: Scope, answer: (index: number) => Answer | 'hang'): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const index = received.length;
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), atMs: Date.now() });
      const said = answer(index);
      if (said === 'hang') return;
      response.writeHead(said.status, said.headers);
      response.end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.defer('receiver', () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    types: () => received.map(({ body }) => JSON.parse(body).type),
  };
}
