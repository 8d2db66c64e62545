import type { Clock } from '../clock.js';
import type { Session } from './sessions.js';
import type { Tokens } from './tokens.js';

/**
 * Tickets open one live connection of one session. Whoever uses one also shows the session's cookie, so that a ticket
 * which was seen by somebody opens nothing; that a console refuses it the second time is one more bolt.
 */
export interface Tickets {
  issue(session: Session): Promise<string>;
  /** Whether it was made for this session and is used for the first time here. */
  redeem(token: string, session: Session): Promise<boolean>;
}

export interface TicketsDeps {
  tokens: Tokens;
  clock: Clock;
  timeToLiveMs: number;
}

const MOST_REMEMBERED = 50_000;

export function createTickets({ tokens, clock, timeToLiveMs }: TicketsDeps): Tickets {
  const used = new Map<string, number>();
  return {
    async issue({ tenant, id }) {
      return (await tokens.make('ticket', { tenant, subject: id, timeToLiveMs })).token;
    },
    async redeem(token, session) {
      const ticket = await tokens.read('ticket', token);
      if (!ticket || ticket.subject !== session.id || used.has(ticket.id)) return false;
      // Used in about the order in which they run out.
      for (const [id, expiresMs] of used) {
        if (expiresMs > clock.now() && used.size < MOST_REMEMBERED) break;
        used.delete(id);
      }
      used.set(ticket.id, ticket.expiresMs);
      return true;
    },
  };
}
