import type { Publisher } from '@earshot/control';
import { EarshotError } from '@earshot/model';
import type { RuleSet } from '@earshot/rules';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access.js';
import { type Recorded, recordOfHeld } from '../explain/recorded.js';
import { type AskedFinding, type WhyDeps, whyOf } from '../explain/why.js';
import type { Past } from '../history/past.js';
import type { ConsoleSettings } from '../settings.js';
import type { Book } from '../state/book.js';
import { alertsOf } from '../state/conversation.js';
import type { AttemptLimit } from './attempts.js';

export interface ExplainRoutesDeps extends Pick<ConsoleSettings, 'lateness'> {
  access: Access;
  book: Book;
  past: Past;
  /** Compiled; undefined: unknown, or not compiled yet, which being asked for it will be. */
  ruleSet(hash: string): RuleSet | undefined;
  /** The files and the history of all sets. */
  publisher: Pick<Publisher, 'files' | 'versions'>;
  attempts: AttemptLimit;
}

interface Asked {
  finding: AskedFinding;
  takenBack: boolean;
  recorded: Recorded | undefined;
}

/** Why a finding of a conversation stands, for whoever may read the conversation. */
export function registerExplainRoutes(app: FastifyInstance, deps: ExplainRoutesDeps): void {
  const { access, book, past, publisher } = deps;

  app.get<{ Params: { id: string }; Querystring: { finding?: string; lang?: string } }>(
    '/v1/conversations/:id/explain',
    { config: { policy: 'conversation.read' } },
    async (request) => {
      deps.attempts(request, 'explain', 120);
      const tenant = request.principal?.tenant ?? '';
      const { id } = request.params;
      const wanted = String(request.query.finding ?? '');
      const { finding, takenBack, recorded } = await find(tenant, id, wanted, (agents) =>
        request.allow(access.resource(tenant, agents)),
      );
      const { lateness } = deps;
      const why = whyOf(recorded, finding, takenBack, {
        ruleSet: (hash) => ruleSetOf(tenant, hash),
        latenessMs: recorded?.record.channel === 'voice' ? lateness.voiceMs : lateness.textMs,
        language: request.query.lang === 'en' ? 'en' : 'zh',
      });
      const version = publisher.versions(tenant).findLast(({ hash }) => hash === finding.ruleSetHash);
      // The first time that this set came into force.
      return { ...why, ...(version ? { publishedMs: version.atMs } : {}) };
    },
  );

  /** Asks for permission before it looks for the words. */
  async function find(
    tenant: string,
    id: string,
    findingId: string,
    allow: (agents: readonly string[]) => void,
  ): Promise<Asked> {
    const held = book.find(tenant, id);
    const alert = held && alertsOf(held).find((one) => one.id === findingId);
    const row = held?.facts ? undefined : (await past.find(tenant, id)).find((one) => one.conversationId === id);
    if (!held && !row) throw new EarshotError('conversation-unknown', 'this conversation is not known here');
    allow([...(row?.agents ?? []), ...(held?.agents ?? [])]);
    const finding = alert?.finding ?? (row && (await past.findings(tenant, id)).find((one) => one.id === findingId));
    if (!finding) throw new EarshotError('alert-unknown', 'there is no such finding in this conversation');
    const recorded = held?.facts ? recordOfHeld(held) : await past.record(tenant, id);
    return { finding, takenBack: alert?.state === 'retracted', recorded };
  }

  function ruleSetOf(tenant: string, hash: string): ReturnType<WhyDeps['ruleSet']> {
    if (!publisher.files(tenant, hash)) return undefined;
    return deps.ruleSet(hash) ?? 'compiling';
  }
}
