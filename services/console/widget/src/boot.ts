import { browserPorts } from '../../client/src/live/browser.js';
import { createLiveSession, type LiveSession } from '../../client/src/live/session.js';
import { post, type SignedIn, whoAmI } from '../../client/src/live/who-am-i.js';

export type Focus = { onFocus(listener: (conversationId: string) => void): () => void };

export type Stage =
  | { kind: 'connecting' }
  | { kind: 'signed-out' }
  | { kind: 'refused' }
  | { kind: 'unreachable'; retryMs: number }
  | { kind: 'ready'; me: SignedIn; session: LiveSession; focus: Focus };

const RETRY_MS = 3_000;

/** From an opened frame to a running session; each stage is told, and an unreachable server is tried again. */
export async function boot(tell: (stage: Stage) => void): Promise<void> {
  tell({ kind: 'connecting' });
  try {
    const exchanged = await exchangeToken();
    if (exchanged !== 'ok') return tell({ kind: exchanged });
    const start = await whoAmI();
    if (start.kind !== 'ready') return tell(start);
    const focus = listenToParent(await parentOrigins());
    const session = createLiveSession(browserPorts(), { me: start.me, view: 'desk' });
    session.start();
    tell({ kind: 'ready', me: start.me, session, focus });
  } catch {
    tell({ kind: 'unreachable', retryMs: RETRY_MS });
    setTimeout(() => void boot(tell), RETRY_MS);
  }
}

/** `#token=…` becomes a cookie; the token leaves the address at once, so that nobody copies it along. */
async function exchangeToken(): Promise<'ok' | 'signed-out' | 'refused'> {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
  const staffNumber = new URLSearchParams(window.location.search).get('staff');
  if (token === null || staffNumber === null) return 'ok';
  const response = await post('/v1/desk/session', { staffNumber, token });
  if (response.status >= 500) throw new Error(`/v1/desk/session answered ${response.status}`);
  history.replaceState(null, '', window.location.pathname + window.location.search);
  if (response.ok) return 'ok';
  return response.status === 403 ? 'refused' : 'signed-out';
}

async function parentOrigins(): Promise<string[]> {
  if (window.parent === window) return [];
  const response = await fetch('/v1/desk/config');
  return response.ok ? ((await response.json()) as { parentOrigins: string[] }).parentOrigins : [];
}

/** Only the CRM that the server knows may say which conversation is in front. */
function listenToParent(origins: readonly string[]): Focus {
  return {
    onFocus(listener) {
      const heard = (event: MessageEvent<unknown>) => {
        if (event.source !== window.parent || !origins.includes(event.origin)) return;
        const data = event.data as { type?: unknown; conversationId?: unknown } | null;
        if (data?.type === 'earshot:focus' && typeof data.conversationId === 'string') listener(data.conversationId);
      };
      window.addEventListener('message', heard);
      return () => window.removeEventListener('message', heard);
    },
  };
}
