import type { SessionFacts } from './facts.js';
import type { Tokens } from './tokens.js';

/** Links that sign in once, in whichever console they are opened. */
export interface SignInLinks {
  issue(tenant: string, staffNumber: string): Promise<string>;
  /** Whom it signs in, the first time within its time to live; undefined ever after. Throws `log-slow` (retry). */
  redeem(token: string): Promise<{ tenant: string; staffNumber: string } | undefined>;
}

export interface SignInLinksDeps {
  tokens: Tokens;
  facts: Pick<SessionFacts, 'useLink'>;
  timeToLiveMs: number;
}

export function createSignInLinks({ tokens, facts, timeToLiveMs }: SignInLinksDeps): SignInLinks {
  return {
    async issue(tenant, staffNumber) {
      return (await tokens.make('link', { tenant, subject: staffNumber, timeToLiveMs })).token;
    },
    async redeem(token) {
      const link = await tokens.read('link', token);
      if (!link || !(await facts.useLink(link))) return undefined;
      return { tenant: link.tenant, staffNumber: link.subject };
    },
  };
}
