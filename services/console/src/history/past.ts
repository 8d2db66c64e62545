import { asError, type Logger } from '@earshot/kit';
import { conversationsByExternalId } from '@earshot/warehouse/queries';
import type { ConversationRow } from '@earshot/wire/live';
import type { Clock } from '../clock.js';
import type { Recorded } from '../explain/recorded.js';
import type { ConsoleWarehouse } from '../ports.js';
import { answersOfConversation } from './answers-of-conversation.js';
import { factsOfConversation } from './facts-of-conversation.js';
import { findingsOfConversation, type PastFinding } from './findings-of-conversation.js';
import { channelOf, pastRecord } from './past-conversation.js';
import { type PastScores, scoresOfConversation } from './scores-of-conversation.js';
import { type PastWords, wordsOfConversation } from './words-of-conversation.js';

/** Conversations that are no longer held in memory. Without analysis, or while it fails, there are none. */
export interface Past {
  /** By conversation id or any external id, newest first. */
  find(tenant: string, name: string): Promise<ConversationRow[]>;
  words(tenant: string, conversationId: string): Promise<PastWords[]>;
  /** What models made of them. */
  scores(tenant: string, conversationId: string): Promise<PastScores>;
  /** What stood at its end. */
  findings(tenant: string, conversationId: string): Promise<PastFinding[]>;
  /** Undefined: nothing was said that is kept. */
  record(tenant: string, conversationId: string): Promise<Recorded | undefined>;
}

export interface PastDeps {
  warehouse(): ConsoleWarehouse | undefined;
  clock: Clock;
  logger: Logger;
}

const BACK_MS = 90 * 86_400_000;
const AHEAD_MS = 86_400_000;
const MOST_ROWS = 50;
const MOST_LINES = 5_000;
/** Several revisions of a line may have been scored. */
const MOST_SCORES = 4 * MOST_LINES;
const MOST_FINDINGS = 500;
const MOST_ANSWERS = 200;

export function createPast({ warehouse, clock, logger }: PastDeps): Past {
  /** The past is a comfort: if it cannot be asked, what is live is shown without it. */
  async function asked<T>(ask: (open: ConsoleWarehouse) => Promise<T[]>): Promise<T[]> {
    const open = warehouse();
    if (open?.state() !== 'ready') return [];
    try {
      return await ask(open);
    } catch (thrown) {
      logger.warn({ err: asError(thrown) }, 'the warehouse could not be asked');
      return [];
    }
  }

  return {
    find: (tenant, name) =>
      asked(async (open) => {
        const range = { fromMs: clock.now() - BACK_MS, toMs: clock.now() + AHEAD_MS };
        const rows = await conversationsByExternalId(open, { tenant, range, externalId: name, limit: MOST_ROWS });
        return rows.map((row) => ({
          conversationId: row.conversationId,
          channel: channelOf(row.channel),
          externalIds: row.externalIds,
          agents: row.agents,
          lastAtMs: row.endedAtMs ?? row.startedAtMs ?? 0,
          utterances: row.utterances,
          openAlerts: 0,
          ...(row.skillGroup === '' ? {} : { skillGroup: row.skillGroup }),
          ...(row.startedAtMs === null ? {} : { startedAtMs: row.startedAtMs }),
          ...(row.endedAtMs === null ? {} : { endedAtMs: row.endedAtMs }),
        }));
      }),
    words: (tenant, conversationId) =>
      asked((open) => wordsOfConversation(open, { tenant, conversationId, limit: MOST_LINES })),
    scores: async (tenant, conversationId) => {
      const found = await asked(async (open) => [
        await scoresOfConversation(open, { tenant, conversationId, limit: MOST_SCORES }),
      ]);
      return found[0] ?? new Map();
    },
    findings: (tenant, conversationId) =>
      asked((open) => findingsOfConversation(open, { tenant, conversationId, limit: MOST_FINDINGS })),
    async record(tenant, conversationId) {
      const found = await asked(async (open) => {
        const facts = await factsOfConversation(open, { tenant, conversationId });
        const words = await wordsOfConversation(open, { tenant, conversationId, limit: MOST_LINES });
        if (!facts || words.length === 0) return [];
        const scores = await scoresOfConversation(open, { tenant, conversationId, limit: MOST_SCORES });
        const history = await answersOfConversation(open, { tenant, conversationId, limit: MOST_ANSWERS });
        return [pastRecord({ tenant, conversationId }, { facts, words, scores, history })];
      });
      return found[0];
    },
  };
}
