import type { Clock } from '../clock.js';
import type { SessionFacts } from './facts.js';
import type { TokenClaims, Tokens } from './tokens.js';

export interface Session {
  id: string;
  tenant: string;
  staffNumber: string;
  /** By the log's clock, epoch ms. */
  begunMs: number;
  expiresMs: number;
}

/**
 * Sessions are signed tokens that any console can read; those that ended before their time are on the log, which every
 * console reads. So none of them has to be asked about, and none has to be kept.
 */
export interface Sessions {
  issue(tenant: string, staffNumber: string): Promise<{ token: string; session: Session }>;
  /** Undefined for anything that is not a session of ours that still runs. */
  read(token: string): Promise<Session | undefined>;
  isEnded(session: Session): boolean;
  /** Here at once; everywhere, and durable, once it resolves. */
  end(session: Session): Promise<void>;
  /** Every session of this person that has begun, wherever. */
  endAll(tenant: string, staffNumber: string): Promise<void>;
}

export interface SessionsDeps {
  tokens: Tokens;
  facts: Pick<SessionFacts, 'isEnded' | 'end' | 'endAll'>;
  clock: Clock;
  timeToLiveMs: number;
}

export function createSessions({ tokens, facts, clock, timeToLiveMs }: SessionsDeps): Sessions {
  const isEnded = (session: Session) => session.expiresMs <= clock.now() || facts.isEnded(session);
  return {
    async issue(tenant, staffNumber) {
      const { token, claims } = await tokens.make('session', { tenant, subject: staffNumber, timeToLiveMs });
      return { token, session: sessionOf(claims) };
    },
    async read(token) {
      const claims = await tokens.read('session', token);
      const session = claims && sessionOf(claims);
      return session && !isEnded(session) ? session : undefined;
    },
    isEnded,
    end: (session) => facts.end(session),
    endAll: (tenant, staffNumber) => facts.endAll(tenant, staffNumber),
  };
}

function sessionOf({ subject: staffNumber, ...claims }: TokenClaims): Session {
  return { ...claims, staffNumber };
}
