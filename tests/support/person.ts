import { dataFolder } from '@earshot/kit';
import { createTokens } from '../../services/console/src/session/tokens.js';
import { emptyMemory, type Memory, Page, type Visitor, visitor } from '../../services/console/test/support/page.js';
import type { Product } from './product.js';

export { faultsOf } from '../../services/console/test/support/once.js';
export { emptyMemory, type Memory, Page as LivePage, type Visitor, visitor };

/** Uses the printed link up, as a browser would; the cookie stays valid over restarts. */
export async function signIn(
  product: Pick<Product, 'consoleUrl' | 'signInLink'>,
  staffNumber: string,
): Promise<Visitor> {
  const link = new URL(product.signInLink(staffNumber));
  const answer = await fetch(`${product.consoleUrl}${link.pathname}${link.search}`, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`sign-in answered ${answer.status}`);
  return visitor(product.consoleUrl, cookie);
}

/** A session for somebody to whom no link was printed, made with the key of the data folder. */
export async function sessionOf(
  product: Pick<Product, 'dataDir' | 'consoleUrl'>,
  staffNumber: string,
  tenant = 'demo',
): Promise<Visitor> {
  const key = dataFolder(product.dataDir).key('session');
  const tokens = createTokens({ key, clock: { now: Date.now }, logClock: Date.now });
  const { token } = await tokens.make('session', { tenant, subject: staffNumber, timeToLiveMs: 3_600_000 });
  return visitor(product.consoleUrl, `earshot=${token}`);
}
