import type { Alert } from '@earshot/model';
import type { ClientMessage, ServerMessage } from '@earshot/wire/live';
import { WebSocket } from 'ws';

export interface PageOptions {
  url: string;
  cookie: string;
  view: 'desk' | 'wall';
  onAlert(alert: Alert, atMs: number): void;
}

export interface Page {
  caughtUp: Promise<void>;
  bytes(): number;
  messages(): number;
  close(): void;
}

/** One of many pages: takes everything, looks only at alerts, so that hundreds of them cost the load side little. */
export async function openPage({ url, cookie, view, onAlert }: PageOptions): Promise<Page> {
  const answer = await fetch(`${url}/v1/live/ticket`, { method: 'POST', headers: { cookie, 'x-earshot-csrf': '1' } });
  if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
  const { ticket } = (await answer.json()) as { ticket: string };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live?ticket=${encodeURIComponent(ticket)}`, {
    headers: { cookie },
    origin: url,
    perMessageDeflate: false,
  });
  let bytes = 0;
  let messages = 0;
  const subscribe: ClientMessage = { type: 'subscribe', view };
  socket.on('open', () => socket.send(JSON.stringify(subscribe)));
  const caughtUp = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`a page was closed: ${code}`)));
    socket.on('message', (data: Buffer) => {
      bytes += data.length;
      messages += 1;
      const kind = data.toString('latin1', 0, 24);
      if (kind.startsWith('{"type":"caught-up"')) resolve();
      if (!kind.startsWith('{"type":"alert"')) return;
      const message = JSON.parse(data.toString()) as Extract<ServerMessage, { type: 'alert' }>;
      onAlert(message.alert, performance.now());
    });
  });
  caughtUp.catch(() => undefined);
  return { caughtUp, bytes: () => bytes, messages: () => messages, close: () => socket.terminate() };
}
