import type { ConversationFact, EventBody } from '@earshot/model';
import type { Chance } from '@earshot/testkit';
import { LINGER_MS } from './limits.js';
import { FIRST_RULES, LATER_RULES } from './naive-rules.js';

/** One thing that happens at the door: a fact that reaches the log at `arriveMs`. */
export interface Arrival {
  arriveMs: number;
  fact: ConversationFact;
}

const TENANT = 'sim';
const WORDS = ['骗子', '曝光', '投诉', '不行', '退款', '退款', '退款', '升级', '嗯', '好的', '您好'];

/**
 * Conversations with planted words, and the way they reach the log: revised, repeated, reordered, late, sometimes
 * after the close, sometimes without a start or an end.
 */
export function writeScript(chance: Chance, startMs: number, published: Chance): Arrival[] {
  const arrivals: Arrival[] = [];
  const conversations = chance.between(1, 4);
  for (let c = 0; c < conversations; c++) {
    conversation(`c${c}`, startMs + chance.below(60_000), chance, arrivals);
  }
  return stamped(
    arrivals.sort((a, b) => a.arriveMs - b.arriveMs),
    published,
  );
}

/** In half of the scripts another rule set comes somewhere in the middle, mostly for running conversations too. */
function stamped(arrivals: readonly Arrival[], chance: Chance): Arrival[] {
  const from = chance.chance(0.5) ? chance.below(arrivals.length) : arrivals.length;
  const later = { epoch: 2, hash: LATER_RULES, appliesToRunning: chance.chance(0.75) };
  return arrivals.map(({ arriveMs, fact }, i) => ({ arriveMs, fact: i < from ? fact : { ...fact, ruleSet: later } }));
}

function conversation(id: string, beginMs: number, chance: Chance, arrivals: Arrival[]): void {
  let eventNumber = 0;
  const say = (atMs: number, body: EventBody, extraMs = 0) => {
    const fact: ConversationFact = {
      tenant: TENANT,
      conversationId: id,
      eventId: `${id}-${eventNumber++}`,
      atMs,
      receivedAtMs: atMs,
      source: 'text',
      ruleSet: { epoch: 1, hash: FIRST_RULES, appliesToRunning: false },
      body,
    };
    const lateMs = chance.chance(0.05) ? chance.between(1_000, 40_000) : chance.below(chance.chance(0.2) ? 5_000 : 200);
    arrivals.push({ arriveMs: atMs + extraMs + lateMs, fact });
    if (chance.chance(0.3))
      arrivals.push({
        arriveMs:
          atMs + extraMs + lateMs + chance.below(chance.chance(0.05) ? chance.pick([250_000, 900_000]) : 20_000),
        fact,
      });
  };

  if (chance.chance(0.9)) {
    say(beginMs, { kind: 'started', channel: 'chat', direction: 'inbound', externalIds: {} });
    say(beginMs, { kind: 'participant-joined', participantId: 'a', role: 'agent', staffNumber: '10001', leg: 'agent' });
  }
  const segments = { customer: 0, agent: 0 };
  let atMs = beginMs;
  const turns = chance.between(2, 14);
  for (let turn = 0; turn < turns; turn++) {
    atMs += chance.between(500, 9_000);
    const role = chance.chance(0.5) ? ('customer' as const) : ('agent' as const);
    const segment = segments[role]++;
    const revisions = chance.chance(0.4) ? chance.between(1, 4) : 0;
    const startMs = atMs;
    let text = '';
    for (let revision = 0; revision <= revisions; revision++) {
      text = chance.chance(0.2) ? chance.pick(WORDS) : text + chance.pick(WORDS);
      atMs += chance.between(100, 800);
      const final = revision === revisions && !chance.chance(0.03);
      say(atMs, {
        kind: 'utterance',
        participantId: role[0]!,
        role,
        leg: role,
        segment,
        revision,
        final,
        text,
        startMs,
        endMs: atMs,
      });
    }
    if (chance.chance(0.03)) say(atMs + 10, { kind: 'utterance-withdrawn', leg: role, segment });
    if (chance.chance(0.05)) {
      const body = {
        kind: 'utterance',
        participantId: role[0]!,
        role,
        leg: role,
        segment,
        startMs,
        endMs: atMs,
      } as const;
      say(
        atMs,
        { ...body, revision: revisions + 1, final: true, text: chance.pick(WORDS) },
        chance.between(1_000, 30_000),
      );
    }
    // A quiet stretch: a deadline has to pass without any event.
    if (chance.chance(0.06)) atMs += chance.between(20_000, 60_000);
  }
  if (chance.chance(0.8)) say(atMs + chance.between(100, 3_000), { kind: 'ended' });
  if (chance.chance(0.1)) {
    say(atMs + 5_000, { kind: 'rating', score: 1, scale: 5 }, chance.pick([1_000, 110_000, 400_000]));
  }
  // Something comes just when the life is about to be closed.
  const last = arrivals.at(-1);
  if (last && chance.chance(0.3)) arrivals.push({ ...last, arriveMs: last.arriveMs + LINGER_MS + chance.below(3_000) });
}
