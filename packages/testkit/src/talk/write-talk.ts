import type { ConversationFact, EventBody } from '@earshot/model';
import type { Chance } from './chance.js';
import { sentence } from './vocabulary.js';

/** A fact and when it reaches the log, epoch ms. */
export interface Arrival {
  arriveMs: number;
  fact: ConversationFact;
}

export interface TalkOptions {
  conversationId: string;
  startMs: number;
  ruleSetHash: string;
}

interface Speaker {
  role: 'customer' | 'agent';
  leg: string;
  participantId: string;
  segment: number;
}

/**
 * One conversation and the way it reaches the log: partials that grow or flip, corrections, withdrawals, two legs that
 * overlap, a transfer to a third, events that come late, twice or in another order. Equal seeds write equal talk.
 */
export function writeTalk(chance: Chance, options: TalkOptions): Arrival[] {
  const talk = new Talk(chance, options);
  return talk.write();
}

class Talk {
  private readonly arrivals: Arrival[] = [];
  private readonly customer: Speaker = { role: 'customer', leg: 'customer', participantId: 'p-customer', segment: 0 };
  private agent: Speaker = { role: 'agent', leg: 'agent', participantId: 'p-agent', segment: 0 };
  private events = 0;
  private atMs: number;

  constructor(
    private readonly chance: Chance,
    private readonly options: TalkOptions,
  ) {
    this.atMs = options.startMs;
  }

  write(): Arrival[] {
    const { chance } = this;
    if (chance.chance(0.92)) this.begin();
    const transferAt = chance.chance(0.2) ? chance.between(2, 8) : -1;
    for (let turn = 0, turns = chance.between(1, 12); turn < turns; turn++) {
      if (turn === transferAt) this.transfer();
      this.turn();
    }
    if (chance.chance(0.85)) this.tell(this.atMs + 1000 * chance.between(0, 20), { kind: 'ended' });
    return this.arrivals.sort((a, b) => a.arriveMs - b.arriveMs);
  }

  private begin(): void {
    const { chance, agent } = this;
    const queue = chance.pick(['vip', 'other', undefined]);
    const channel = chance.pick(['voice', 'chat'] as const);
    this.tell(this.atMs, {
      kind: 'started',
      channel,
      direction: 'inbound',
      externalIds: {},
      ...(queue ? { queue } : {}),
    });
    this.joined(agent, '10001');
    this.joined(this.customer);
  }

  private transfer(): void {
    const target = '10002';
    this.tell(this.atMs, { kind: 'call-progress', step: this.chance.pick(['warm-transfer', 'cold-transfer']), target });
    const before = this.agent;
    this.agent = { role: 'agent', leg: 'agent-2', participantId: 'p-agent-2', segment: 0 };
    this.joined(this.agent, target);
    this.tell(this.atMs, { kind: 'participant-left', participantId: before.participantId });
  }

  private joined({ participantId, role, leg }: Speaker, staffNumber?: string): void {
    this.tell(this.atMs, {
      kind: 'participant-joined',
      participantId,
      role,
      leg,
      ...(staffNumber ? { staffNumber } : {}),
    });
  }

  private turn(): void {
    const { chance } = this;
    const { role, leg, participantId, ...speaker } = chance.chance(0.5) ? this.customer : this.agent;
    (role === 'customer' ? this.customer : this.agent).segment++;
    // Whole seconds, so that utterances begin together and limits are met exactly; sometimes before the last one ended.
    this.atMs += 1000 * chance.pick([-1, 0, 0, 1, 1, 2, 3, 5, 8, 13]);
    const startMs = this.atMs;
    const revisions = chance.chance(0.4) ? chance.between(1, 3) : 0;
    const whole = sentence(chance);
    for (let revision = 0; revision <= revisions; revision++) {
      this.atMs += 1000 * chance.between(0, 1);
      const last = revision === revisions;
      const text = last ? whole : chance.chance(0.3) ? sentence(chance) : prefix(whole, chance);
      const final = last && !chance.chance(0.15);
      const words = { participantId, role, leg, segment: speaker.segment, startMs };
      this.tell(this.atMs, { kind: 'utterance', ...words, revision, final, text, endMs: this.atMs });
      if (!last) continue;
      if (chance.chance(0.06)) {
        const more = { revision: revision + 1, final: true, text: sentence(chance), endMs: this.atMs };
        this.tell(this.atMs, { kind: 'utterance', ...words, ...more }, chance.between(1_000, 20_000));
      }
      if (chance.chance(0.04)) this.tell(this.atMs, { kind: 'utterance-withdrawn', leg, segment: speaker.segment });
    }
  }

  private tell(atMs: number, body: EventBody, extraMs = 0): void {
    const { chance, options } = this;
    const eventId = `${options.conversationId}-${this.events++}`;
    const say = (arriveMs: number) => {
      const fact: ConversationFact = {
        tenant: 'oracle',
        conversationId: options.conversationId,
        eventId,
        atMs,
        receivedAtMs: arriveMs,
        source: 'text',
        ruleSet: { epoch: 1, hash: options.ruleSetHash, appliesToRunning: false },
        body,
      };
      this.arrivals.push({ arriveMs, fact });
    };
    const lateMs = chance.chance(0.08) ? chance.between(1_000, 30_000) : chance.below(300);
    say(atMs + extraMs + lateMs);
    if (chance.chance(0.2)) say(atMs + extraMs + lateMs + chance.below(15_000));
  }
}

/** Never half of a pair: a recogniser sends whole characters. */
function prefix(text: string, chance: Chance): string {
  const letters = [...text];
  return letters.slice(0, chance.between(0, letters.length)).join('');
}
