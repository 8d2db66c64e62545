import { browserPorts } from '../../client/src/live/browser.js';
import { createLiveSession, type LiveSession } from '../../client/src/live/session.js';
import { type SignedIn, whoAmI } from '../../client/src/live/who-am-i.js';

export type Stage =
  | { kind: 'connecting' | 'signed-out' | 'refused' }
  | { kind: 'unreachable'; retryMs: number }
  | { kind: 'ready'; session: LiveSession; me: SignedIn };

const RETRY_MS = 3_000;

export async function boot(tell: (stage: Stage) => void): Promise<void> {
  tell({ kind: 'connecting' });
  try {
    const start = await whoAmI();
    if (start.kind !== 'ready') return tell(start);
    if (start.me.roles.every((role) => role === 'agent')) {
      window.location.replace('/desk.html');
      return;
    }
    const session = createLiveSession(browserPorts(), { me: start.me, view: 'wall' });
    // Who administers rules sees no conversation: there is nothing to connect to.
    const alone = start.me.live === false && start.me.rules !== undefined;
    if (!alone) session.start();
    tell({ kind: 'ready', session, me: start.me });
  } catch {
    tell({ kind: 'unreachable', retryMs: RETRY_MS });
    setTimeout(() => void boot(tell), RETRY_MS);
  }
}
