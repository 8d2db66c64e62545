import { decide } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import type { ConversationRow } from '@earshot/wire/live';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access.js';
import type { Past } from '../history/past.js';
import { pastLines } from '../history/past-conversation.js';
import { namesIn } from '../live/names.js';
import type { Book } from '../state/book.js';
import { alertsOf, type Conversation, linesOf, rowOf } from '../state/conversation.js';
import type { AttemptLimit } from './attempts.js';

export interface ReadRoutesDeps {
  access: Access;
  book: Book;
  past: Past;
  analysis(): 'on' | 'off';
  attempts: AttemptLimit;
}

const MOST_ROWS = 50;
const LONGEST_QUERY = 128;

/** What pages ask for once: a search, one conversation, whether analysis is on. */
export function registerReadRoutes(app: FastifyInstance, deps: ReadRoutesDeps): void {
  const { access, book, past, analysis, attempts } = deps;
  app.get<{ Querystring: { q?: string } }>(
    '/v1/search',
    { config: { policy: 'conversation.list' } },
    async (request) => {
      attempts(request, 'search', 120);
      const asked = String(request.query.q ?? '').trim();
      if (asked === '' || asked.length > LONGEST_QUERY) {
        throw new EarshotError('invalid', 'search for 1 to 128 characters');
      }
      const tenant = request.principal?.tenant ?? '';
      const held = [...book.conversations.values()].filter((one) => one.tenant === tenant && matches(one, asked));
      const rows = new Map<string, ConversationRow>();
      for (const row of [...held.flatMap((one) => rowOf(one) ?? []), ...(await past.find(tenant, asked))]) {
        const resource = book.find(tenant, row.conversationId)?.resource ?? access.resource(tenant, row.agents);
        if (rows.has(row.conversationId) || !decide('conversation.read', request.principal, resource).allow) continue;
        rows.set(row.conversationId, row);
        if (rows.size === MOST_ROWS) break;
      }
      const found = [...rows.values()];
      return { rows: found, names: namesIn(access, tenant, { rows: found }) };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/v1/conversations/:id',
    { config: { policy: 'conversation.read' } },
    async (request) => {
      const tenant = request.principal?.tenant ?? '';
      const { id } = request.params;
      const held = book.find(tenant, id);
      const alerts = held ? alertsOf(held) : [];
      // An agent is not shown what a model feels in the own conversation.
      const scores = decide('live.wall', request.principal).allow;
      if (held?.facts) {
        request.allow(held.resource);
        const row = rowOf(held);
        const names = namesIn(access, tenant, { rows: row ? [row] : [], alerts });
        return { row, transcript: linesOf(held, undefined, { scores }), alerts, names };
      }
      const found = (await past.find(tenant, id)).find((row) => row.conversationId === id);
      const row = found ?? (held && rowOf(held));
      if (!row) throw new EarshotError('conversation-unknown', 'this conversation is not known here');
      request.allow(access.resource(tenant, [...row.agents, ...(held?.agents ?? [])]));
      const names = namesIn(access, tenant, { rows: [row], alerts });
      const findings = found ? await past.findings(tenant, id) : [];
      const felt = found && scores ? await past.scores(tenant, id) : new Map();
      const transcript = found ? pastLines(await past.words(tenant, id), findings, felt) : [];
      return { row, transcript, alerts, findings, names };
    },
  );

  app.get('/v1/analysis', { config: { policy: 'session.read' } }, async () => ({ state: analysis() }));
}

function matches(conversation: Conversation, asked: string): boolean {
  const { id, facts } = conversation;
  const wanted = asked.toLowerCase();
  const ids = facts ? [facts.externalIds, facts.fields] : alertsOf(conversation).map((one) => one.summary.externalIds);
  return [id, ...ids.flatMap((each) => Object.values(each))].some((name) => name.toLowerCase().includes(wanted));
}
