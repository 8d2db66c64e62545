import {
  type ConversationFact,
  type ConversationRecord,
  type HistoryCount,
  type RecordedUtterance,
  utteranceAnchor,
} from '@earshot/model';

/** A fact as it stands on the log, with the log's time. */
export interface Logged {
  fact: ConversationFact;
  logMs: number;
}

type Said = RecordedUtterance;

/**
 * The record of one life, made from all its facts at once: whatever the order of arrival, only what is on the log
 * counts. Once the life is closed every deadline has passed. Shares no code with the rule engine's fold.
 */
export function recordOf(
  logged: readonly Logged[],
  options: { lingerMs: number; closed: boolean },
): ConversationRecord {
  const [first] = logged;
  if (!first) throw new Error('a life has at least one fact');
  const of = <K extends ConversationFact['body']['kind']>(kind: K) =>
    logged.flatMap(({ fact, logMs }) =>
      fact.body.kind === kind
        ? [
            {
              body: fact.body as Extract<ConversationFact['body'], { kind: K }>,
              atMs: fact.atMs,
              receivedAtMs: fact.receivedAtMs,
              logMs,
            },
          ]
        : [],
    );
  const [started] = of('started').sort((a, b) => a.atMs - b.atMs);
  const ends = of('ended').map(({ atMs }) => atMs);
  const scores: NonNullable<ConversationRecord['scores']> = new Map();
  for (const { body } of of('score')) {
    const { kind: _, ...score } = body;
    const anchor = utteranceAnchor(score.leg, score.segment);
    scores.set(anchor, [...(scores.get(anchor) ?? []), score]);
  }
  const history = new Map<string, HistoryCount>();
  for (const { body } of of('history').sort((a, b) => a.body.cause - b.body.cause)) {
    const { kind: _, ...count } = body;
    history.set(`${count.subject.kind}:${count.subject.id}`, count);
  }
  const events = logged.filter(({ fact }) => fact.body.kind !== 'score' && fact.body.kind !== 'history');
  const times = events.map(({ fact }) => (fact.body.kind === 'time-reached' ? fact.body.reachedMs : fact.atMs));
  const gone = new Set(of('utterance-withdrawn').map(({ body }) => utteranceAnchor(body.leg, body.segment)));
  const spoken = new Map<string, ReturnType<typeof of<'utterance'>>>();
  for (const one of of('utterance')) {
    const anchor = utteranceAnchor(one.body.leg, one.body.segment);
    spoken.set(anchor, [...(spoken.get(anchor) ?? []), one]);
  }
  const { tenant, conversationId, source } = first.fact;
  return {
    tenant,
    conversationId,
    channel: started?.body.channel ?? (source === 'voice' ? 'voice' : 'chat'),
    resumed: !started || started.logMs - started.atMs > options.lingerMs,
    nowMs: options.closed ? Number.POSITIVE_INFINITY : Math.max(0, ...times),
    ...(started ? { startedAtMs: started.atMs, queue: started.body.queue } : {}),
    ...(ends.length > 0 ? { endedAtMs: Math.max(...ends) } : {}),
    externalIds: {},
    fields: {},
    participants: [],
    utterances: new Map([...spoken].map(([anchor, said]) => [anchor, deciding(said, gone.has(anchor))])),
    ...(scores.size > 0 ? { scores } : {}),
    ...(history.size > 0 ? { history } : {}),
  };
}

/** The highest final; without one the highest revision, open, with all that came before it. */
function deciding(
  said: readonly { body: Extract<ConversationFact['body'], { kind: 'utterance' }>; receivedAtMs: number }[],
  withdrawn: boolean,
): Said {
  // A repeat says nothing new: of each revision the first on the log.
  const once = said.filter(
    ({ body }, at) =>
      said.findIndex((one) => one.body.revision === body.revision && one.body.final === body.final) === at,
  );
  const finals = once.filter(({ body }) => body.final);
  const pool = finals.length > 0 ? finals : once;
  const top = pool.reduce((a, b) => (b.body.revision > a.body.revision ? b : a));
  const { kind: _, ...words } = top.body;
  const open = finals.length > 0 || withdrawn ? [] : once;
  return {
    ...words,
    withdrawn,
    receivedAtMs: top.receivedAtMs,
    openRevisions: open
      .map(({ body: { revision, text, endMs }, receivedAtMs }) => ({ revision, text, endMs, receivedAtMs }))
      .sort((a, b) => a.revision - b.revision),
  };
}
