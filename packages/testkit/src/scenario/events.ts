import type { ConversationEvent, EventBody, ParticipantRole } from '@earshot/model';
import type { Scenario, Step } from './types.js';

export interface TimedEvent {
  /** When to send it, ms from the start. */
  atMs: number;
  event: ConversationEvent;
}

/** The scenario as events of a conversation that begins at `startMs` (epoch ms). */
export function scenarioEvents(
  scenario: Scenario,
  startMs: number,
  conversationId = scenario.conversation.id,
): TimedEvent[] {
  const out: TimedEvent[] = [];
  const segments = new Map<string, number>();
  const add = (atMs: number, body: EventBody) => {
    const eventId = `${conversationId}-${out.length}`;
    out.push({ atMs, event: { conversationId, eventId, atMs: Math.round(startMs + atMs), body } });
  };
  const { id: _id, ...facts } = scenario.conversation;
  add(0, { kind: 'started', direction: 'inbound', recordingNoticeGiven: true, ...facts });
  add(0, { kind: 'participant-joined', role: 'agent', leg: 'agent', ...scenario.agent });
  add(0, { kind: 'participant-joined', participantId: 'customer', role: 'customer', leg: 'customer' });
  for (const step of scenario.steps) addStep(step, scenario, startMs, segments, add);
  return out.sort((a, b) => a.atMs - b.atMs);
}

function addStep(
  step: Step,
  scenario: Scenario,
  startMs: number,
  segments: Map<string, number>,
  add: (atMs: number, body: EventBody) => void,
): void {
  const endMs = step.at * 1000;
  if (step.kind === 'end') return add(endMs, { kind: 'ended', reason: 'hung up' });
  if (step.kind === 'call') return add(endMs, { kind: 'call-progress', step: step.step });
  const leg: ParticipantRole = step.role;
  const segment = segments.get(leg) ?? 0;
  segments.set(leg, segment + 1);
  const participantId = step.role === 'agent' ? scenario.agent.participantId : step.role;
  const beginMs = Math.max(0, endMs - step.seconds * 1000);
  const texts = [...step.partials, step.text];
  texts.forEach((text, revision) => {
    const final = revision === texts.length - 1;
    const atMs = Math.round(beginMs + ((endMs - beginMs) * (revision + 1)) / texts.length);
    add(atMs, {
      kind: 'utterance',
      participantId,
      role: step.role,
      leg,
      segment,
      revision,
      final,
      text,
      startMs: Math.round(startMs + beginMs),
      endMs: Math.round(startMs + atMs),
      language: scenario.language,
    });
  });
}
