import type { Alert, ConversationFact, EventBody, Severity, Span } from '@earshot/model';

export interface AlertOf {
  id: string;
  conversationId: string;
  /** Offset in `cases` of its cause. */
  version: number;
  tenant?: string;
  agents?: string[];
  state?: Alert['state'];
  severity?: Severity;
  segment?: number;
  spans?: Span[];
}

export function alertOf(wanted: AlertOf): Alert {
  const { id, conversationId, version, agents = ['a1'], severity = 'high', segment = 0 } = wanted;
  const spokenMs = Date.now() - 100;
  return {
    id,
    tenant: wanted.tenant ?? 'bank',
    conversationId,
    version: { offset: version, index: 0 },
    state: wanted.state ?? 'raised',
    finding: {
      id,
      ruleId: 'regulator-threat',
      anchor: `u:c:${segment}`,
      severity,
      points: 10,
      participantId: 'customer',
      role: 'customer',
      evidence: [
        {
          leg: 'c',
          segment,
          revision: 0,
          participantId: 'customer',
          role: 'customer',
          startMs: spokenMs,
          endMs: spokenMs,
          quote: '我要去投诉',
          spans: wanted.spans ?? [{ start: 3, end: 5 }],
        },
      ],
      wordsAtMs: spokenMs,
      receivedAtMs: spokenMs,
      provisional: false,
      ruleSetHash: 'h',
      prompt: { title: '扬言投诉', what: '客户要投诉', say: ['非常抱歉'], next: '先致歉' },
      tags: [],
    },
    summary: { channel: 'voice', externalIds: {}, agents },
    agents,
    interrupting: true,
    history: false,
    shownTo: [],
    timeline: { spokenMs },
    reason: 'finding',
  };
}

export function fact(conversationId: string, body: EventBody, tenant = 'bank', atMs = Date.now()): ConversationFact {
  const eventId = `${conversationId}-${body.kind}-${JSON.stringify(body).length}-${Math.random()}`;
  return { tenant, conversationId, eventId, atMs, receivedAtMs: atMs, source: 'voice', body };
}

/** A call with its agents in it. */
export function call(conversationId: string, agents: string[], tenant = 'bank', externalIds = {}): ConversationFact[] {
  const started = fact(
    conversationId,
    { kind: 'started', channel: 'voice', direction: 'inbound', externalIds },
    tenant,
  );
  const joined = agents.map((staffNumber) =>
    fact(
      conversationId,
      { kind: 'participant-joined', participantId: staffNumber, role: 'agent', staffNumber, leg: 'a' },
      tenant,
    ),
  );
  return [started, ...joined];
}

export function said(
  conversationId: string,
  segment: number,
  text: string,
  more: { revision?: number; final?: boolean; leg?: string; tenant?: string; startMs?: number } = {},
): ConversationFact {
  const { revision = 0, final = true, leg = 'c', tenant = 'bank', startMs = 1_000 * segment } = more;
  return fact(
    conversationId,
    {
      kind: 'utterance',
      participantId: 'customer',
      role: 'customer',
      leg,
      segment,
      revision,
      final,
      text,
      startMs,
      endMs: startMs + 500,
    },
    tenant,
  );
}
