import { emptyMemory, type Memory, Page, type Visitor, visitor } from '../../services/console/test/support/page.js';
import type { Product } from './product.js';

export { emptyMemory, type Memory, Page as LiveDesk, type Visitor };

/** Uses the printed link up, as a browser would; the cookie stays valid over restarts. */
export async function signIn(product: Product, staffNumber: string): Promise<Visitor> {
  const link = new URL(product.signInLink(staffNumber));
  const answer = await fetch(`${product.consoleUrl}${link.pathname}${link.search}`, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`sign-in answered ${answer.status}`);
  return visitor(product.consoleUrl, cookie);
}
