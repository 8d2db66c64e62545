import type { Amendment, ConversationFact, ConversationRecord, EventBody, RuleSetStamp } from '@earshot/model';

const ORIGIN_MS = 0;

/** The facts that tell a whole record, in the order in which they would come; `stamp` by the place of the utterance. */
export function factsOf(record: ConversationRecord, stamp: (place: number) => RuleSetStamp): ConversationFact[] {
  const { tenant, conversationId, channel, startedAtMs = ORIGIN_MS, endedAtMs } = record;
  const source = channel === 'voice' ? 'voice' : 'text';
  let events = 0;
  const fact = (body: EventBody | Amendment, atMs: number, receivedAtMs: number, place: number): ConversationFact => {
    const about = { tenant, conversationId, eventId: `e${events++}`, atMs, receivedAtMs, source, body } as const;
    return body.kind === 'score' || body.kind === 'history' ? about : { ...about, ruleSet: stamp(place) };
  };
  const { businessLine, queue, skillGroup, externalIds } = record;
  const started: EventBody = {
    kind: 'started',
    channel,
    direction: 'inbound',
    externalIds,
    ...(businessLine === undefined ? {} : { businessLine }),
    ...(queue === undefined ? {} : { queue }),
    ...(skillGroup === undefined ? {} : { skillGroup }),
  };
  const utterances = [...record.utterances.values()].flatMap((one, place) => {
    const { receivedAtMs, openRevisions: _, era: __, withdrawn: ___, ...said } = one;
    return [fact({ kind: 'utterance', ...said }, said.endMs, receivedAtMs, place)];
  });
  const scores = [...(record.scores?.values() ?? [])]
    .flat()
    .map((score) => fact({ kind: 'score', ...score }, startedAtMs, 0, 0));
  const history = [...(record.history?.values() ?? [])].map((count) =>
    fact({ kind: 'history', ...count }, startedAtMs, 0, 0),
  );
  const ended = endedAtMs === undefined ? [] : [fact({ kind: 'ended' }, endedAtMs, endedAtMs, utterances.length)];
  return [fact(started, startedAtMs, startedAtMs, 0), ...utterances, ...scores, ...history, ...ended];
}
