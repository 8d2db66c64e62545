import {
  type Channel,
  type ConversationRecord,
  type HistoryCount,
  type HistorySubjectKind,
  type ParticipantRole,
  type RecordedUtterance,
  type SentimentScores,
  subjectName,
  type UtteranceScore,
  utteranceAnchor,
} from '@earshot/model';

/** One thing said. Times are ms since the start of the conversation. */
export interface Turn {
  role: ParticipantRole;
  text: string;
  atMs?: number;
  endMs?: number;
  /** Those not named are 0; absent: it has no score. */
  scores?: Partial<SentimentScores>;
}

export interface RecordOptions {
  conversationId?: string;
  channel?: Channel;
  /** When it ended, ms since the start; default the end of the last turn. */
  endsAtMs?: number;
  /** It has not ended. */
  open?: boolean;
  startedAtMs?: number;
  history?: KnownHistory;
}

/** What other conversations brought: by how many contacts, findings by tag, conversations by topic. */
export interface KnownHistory {
  contacts?: number;
  agentFindings?: Readonly<Record<string, number>>;
  topicConversations?: Readonly<Record<string, number>>;
}

const MS_PER_CHARACTER = 250;
const MS_PER_TURN = 400;

/** A record as it stands after these turns, for examples, trials and corpora. Turns without times follow each other. */
export function recordOf(turns: readonly Turn[], options: RecordOptions = {}): ConversationRecord {
  const startedAtMs = options.startedAtMs ?? 0;
  const utterances = new Map<string, RecordedUtterance>();
  const scores = new Map<string, UtteranceScore[]>();
  const segments = new Map<string, number>();
  let clockMs = 0;
  let latestMs = 0;
  for (const turn of turns) {
    const fromMs = turn.atMs ?? clockMs;
    const toMs = turn.endMs ?? fromMs + MS_PER_TURN + turn.text.length * MS_PER_CHARACTER;
    clockMs = toMs;
    latestMs = Math.max(latestMs, toMs);
    const segment = segments.get(turn.role) ?? 0;
    segments.set(turn.role, segment + 1);
    const anchor = utteranceAnchor(turn.role, segment);
    if (turn.scores) {
      const none = { negative: 0, neutral: 0, positive: 0, anger: 0, offensive: 0 };
      const said = { leg: turn.role, segment, revision: 0, model: 'example' };
      scores.set(anchor, [{ ...said, scores: { ...none, ...turn.scores } }]);
    }
    utterances.set(anchor, {
      participantId: turn.role,
      role: turn.role,
      leg: turn.role,
      segment,
      revision: 0,
      final: true,
      withdrawn: false,
      text: turn.text,
      startMs: startedAtMs + fromMs,
      endMs: startedAtMs + toMs,
      receivedAtMs: startedAtMs + toMs,
      openRevisions: [],
    });
  }
  const endMs = startedAtMs + Math.max(options.endsAtMs ?? latestMs, 0);
  return {
    tenant: 'trial',
    conversationId: options.conversationId ?? 'trial',
    channel: options.channel ?? 'voice',
    resumed: false,
    startedAtMs,
    ...(!options.open && { endedAtMs: endMs }),
    nowMs: Math.max(endMs, startedAtMs + latestMs),
    externalIds: {},
    fields: {},
    participants: [],
    utterances,
    ...(scores.size > 0 && { scores }),
    ...(options.history && { history: historyOf(options.history, startedAtMs) }),
  };
}

function historyOf(brought: KnownHistory, knownMs: number): Map<string, HistoryCount> {
  const countOf = (kind: HistorySubjectKind, id: string, count: number, tags: HistoryCount['tags'] = []) => {
    const subject = { kind, id };
    const known: HistoryCount = { subject, cause: 0, knownMs, count, tags, earlier: [] };
    return [subjectName(subject), known] as const;
  };
  const { contacts, agentFindings = {}, topicConversations = {} } = brought;
  const tags = Object.entries(agentFindings).map(([tag, count]) => ({ tag, count }));
  const findings = tags.reduce((sum, { count }) => sum + count, 0);
  return new Map([
    ...(contacts === undefined ? [] : [countOf('customer', 'example', contacts)]),
    ...(tags.length === 0 ? [] : [countOf('agent', 'example', findings, tags)]),
    ...Object.entries(topicConversations).map(([topic, count]) => countOf('topic', topic, count)),
  ]);
}
