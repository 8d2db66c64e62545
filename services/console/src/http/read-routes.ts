import { decide } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import type { FastifyInstance } from 'fastify';
import type { Book } from '../state/book.js';
import { alertsOf, type Conversation, linesOf, rowOf } from '../state/conversation.js';

const MOST_ROWS = 50;
const LONGEST_QUERY = 128;

/** What pages ask for once: a search, one conversation, whether analysis is on. */
export function registerReadRoutes(app: FastifyInstance, deps: { book: Book; analysis(): 'on' | 'off' }): void {
  const { book } = deps;

  app.get<{ Querystring: { q?: string } }>(
    '/v1/search',
    { config: { policy: 'conversation.list', rateLimit: { max: 120, timeWindow: 60_000 } } },
    async (request) => {
      const asked = String(request.query.q ?? '')
        .trim()
        .toLowerCase();
      if (asked === '' || asked.length > LONGEST_QUERY)
        throw new EarshotError('invalid', 'search for 1 to 128 characters');
      const rows = [];
      for (const conversation of book.conversations.values()) {
        if (rows.length === MOST_ROWS) break;
        if (!matches(conversation, asked)) continue;
        // Tenant included: a resource of another one is refused by the same table.
        if (decide('conversation.read', request.principal, conversation.resource).allow) rows.push(rowOf(conversation));
      }
      return { rows };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/v1/conversations/:id',
    { config: { policy: 'conversation.read' } },
    async (request) => {
      const tenant = request.principal?.tenant ?? '';
      const conversation = book.find(tenant, request.params.id);
      if (!conversation?.facts) throw new EarshotError('conversation-unknown', 'this conversation is not known here');
      request.allow(conversation.resource);
      return { row: rowOf(conversation), transcript: linesOf(conversation), alerts: alertsOf(conversation) };
    },
  );

  app.get('/v1/analysis', { config: { policy: 'session.read' } }, async () => ({ state: deps.analysis() }));
}

function matches({ id, facts }: Conversation, asked: string): boolean {
  if (!facts) return false;
  const names = [id, ...Object.values(facts.externalIds), ...Object.values(facts.fields)];
  return names.some((name) => name.toLowerCase().includes(asked));
}
