import type { NewEvent } from '@earshot/client';
import { utteranceAnchor } from '@earshot/model';
import type { Chance } from '@earshot/testkit';
import { Heap } from './heap.js';
import { DEADLINE, type Effect, type Planned, type PlantedRule } from './plan.js';
import { FILLERS, PLANTED } from './words.js';

/** `silent`: nobody says a word; `silent-then-late`: the greeting was said in time and arrives long after. */
export type CallKind = 'usual' | 'ungreeted' | 'late-greeting' | 'silent' | 'silent-then-late';

export interface CallOptions {
  conversationId: string;
  kind: CallKind;
  staffNumber: string;
  chance: Chance;
  partialsPerFinal: number;
  /** Ms since the beginning of the run, and the epoch ms of that beginning. */
  beginsAtMs: number;
  startMs: number;
  /** Conversation time: how long it lasts, how far apart words begin on average, and how much faster it runs. */
  durationMs: number;
  gapMs: number;
  speed: number;
  /** When the late greeting of a silent call arrives, ms since the beginning of the run. */
  lateAtMs?: number;
}

/** As in `rules/*.yaml`, and the product's lateness for voice. */
const GREETING_DUE_MS = 8_000;
const THEN_WITHIN_MS = 30_000;
const LATENESS_MS = 3_000;
/** How long a time fact may be under way after its time, under load and restarts. */
const TIME_SLACK_MS = 5_000;

type Leg = 'agent' | 'customer';
/** How an utterance ends. */
type Ending = 'final' | 'withdrawn';
interface Saying {
  leg: Leg;
  startMs: number;
  lastsMs: number;
  text: string;
  /** What the partials say; default the beginning of the text. */
  heard?: string;
  ending?: Ending;
  onFinal?: Effect[];
  /** With the first partial that holds the planted phrase. */
  onHit?: Effect[];
  /** Ms since the beginning of the run; default when it was said. */
  arrivesAtMs?: number;
}

/** One call, lazily, in sending order. */
export function* call(options: CallOptions): Generator<Planned> {
  const { kind } = options;
  const one = new Call(options);
  one.begin();
  if (kind === 'silent' || kind === 'silent-then-late') {
    one.missGreeting(kind === 'silent');
    if (kind === 'silent-then-late') one.greet(options.lateAtMs);
    return yield* one.take(Number.POSITIVE_INFINITY);
  }
  if (kind === 'usual') one.greet();
  else one.missGreeting(kind === 'ungreeted');
  if (kind === 'late-greeting') one.greet(one.runMs(GREETING_DUE_MS + LATENESS_MS + 8_000) + 500);
  while (one.nowMs < options.durationMs) {
    one.sayNext();
    yield* one.take(one.runMs(one.nowMs));
  }
  one.end();
  yield* one.take(Number.POSITIVE_INFINITY);
}

class Call {
  /** Conversation time of the next words, ms since its start. */
  nowMs = 5_000;
  readonly #pending = new Heap<Planned & { place: number }>(
    (a, b) => a.atMs - b.atMs < 0 || (a.atMs === b.atMs && a.place < b.place),
  );
  readonly #segments = { agent: 0, customer: 0 };
  /** First halves that wait for their second. */
  #open: { anchor: string; endMs: number }[] = [];
  #answerNext = false;
  #place = 0;

  constructor(private readonly options: CallOptions) {}

  runMs(conversationMs: number): number {
    return this.options.beginsAtMs + conversationMs / this.options.speed;
  }

  *take(beforeMs: number): Generator<Planned> {
    for (let next = this.#pending.peek(); next && next.atMs < beforeMs; next = this.#pending.peek()) {
      this.#pending.pop();
      yield next;
    }
  }

  begin(): void {
    const { conversationId, staffNumber } = this.options;
    this.#send(0, { kind: 'started', channel: 'voice', direction: 'inbound', externalIds: { call: conversationId } });
    this.#send(1, { kind: 'participant-joined', participantId: 'p-customer', role: 'customer', leg: 'customer' });
    this.#send(2, { kind: 'participant-joined', participantId: 'p-agent', role: 'agent', leg: 'agent', staffNumber });
  }

  end(): void {
    this.#send(Math.max(this.nowMs, this.options.durationMs), { kind: 'ended' });
  }

  greet(arrivesAtMs?: number): void {
    const startMs = 1_000 + this.options.chance.below(2_000);
    const becomes = arrivesAtMs === undefined ? 'never' : 'gone';
    // A run that is over before the greeting leaves the call without one.
    if (becomes === 'never')
      this.#push({ atMs: this.runMs(0), effects: [this.#effect('planted-missing', DEADLINE, 'may')] });
    const onFinal = [this.#effect('planted-missing', DEADLINE, becomes)];
    this.#say({ leg: 'agent', startMs, lastsMs: 1_500, text: `您好${PLANTED.greeting}`, onFinal, arrivesAtMs });
  }

  missGreeting(forGood: boolean): void {
    const effect = (becomes: Effect['becomes']) => [this.#effect('planted-missing', DEADLINE, becomes)];
    this.#push({ atMs: this.runMs(0), effects: effect('may') });
    const decidedMs = this.runMs(GREETING_DUE_MS + LATENESS_MS) + TIME_SLACK_MS;
    if (forGood) this.#push({ atMs: decidedMs, effects: effect('stands') });
  }

  sayNext(): void {
    const { chance, gapMs } = this.options;
    const startMs = this.nowMs;
    const filler = chance.pick(FILLERS);
    const text = (planted: string) => `${filler}${planted}`;
    const usual = { startMs, lastsMs: Math.min(gapMs * 0.45, 400 + 120 * filler.length) };
    this.nowMs += gapMs * (0.5 + chance.next());
    if (this.#answerNext) return this.#answer(startMs, usual.lastsMs, text(PLANTED.then));
    const draw = chance.next();
    const leg = draw < 0.05 || chance.chance(0.5) ? 'customer' : 'agent';
    const anchor = utteranceAnchor(leg, this.#segments[leg]);
    const effect = (rule: PlantedRule, becomes: Effect['becomes']) => this.#effect(rule, anchor, becomes);
    if (draw < 0.006) {
      return this.#say({ ...usual, leg, text: text(PLANTED.phrase), onFinal: [effect('planted-phrase', 'stands')] });
    }
    if (draw < 0.01) {
      return this.#say({ ...usual, leg, text: text(PLANTED.next), onFinal: [effect('planted-next', 'stands')] });
    }
    if (draw < 0.014) {
      const stands = [effect('planted-partial', 'stands')];
      return this.#say({ ...usual, leg, text: text(PLANTED.partial), onHit: stands, onFinal: stands });
    }
    if (draw < 0.018) {
      const ending = chance.chance(0.5) ? 'final' : 'withdrawn';
      const onHit = [effect('planted-partial', 'may')];
      const onFinal = [effect('planted-partial', 'gone')];
      return this.#say({ ...usual, leg, text: filler, heard: text(PLANTED.partial), ending, onHit, onFinal });
    }
    if (draw < 0.024) {
      this.#open.push({ anchor, endMs: startMs + usual.lastsMs });
      this.#say({ ...usual, leg, text: text(PLANTED.first) });
      this.#answerNext = chance.chance(0.8);
      if (this.#answerNext) this.nowMs = startMs + usual.lastsMs + chance.between(1_000, 40_000) / 2;
      return;
    }
    this.#say({ ...usual, leg, text: filler });
  }

  /** Every first half that has had no answer yet gets this one, if it comes in time; a late one ends the wait too. */
  #answer(startMs: number, lastsMs: number, text: string): void {
    this.#answerNext = false;
    const inTime = this.#open.filter(({ endMs }) => startMs - endMs <= THEN_WITHIN_MS);
    this.#open = [];
    const onFinal = inTime.map(({ anchor }) => this.#effect('planted-then', anchor, 'stands'));
    this.#say({ leg: 'agent', startMs, lastsMs, text, onFinal });
  }

  #say({
    leg,
    startMs,
    lastsMs,
    text,
    heard = text,
    ending = 'final',
    onFinal = [],
    onHit = [],
    arrivesAtMs,
  }: Saying): void {
    const { chance } = this.options;
    const partials = Math.max(this.options.partialsPerFinal, onHit.length > 0 ? 1 : 0);
    const segment = this.#segments[leg]++;
    const base = this.options.startMs + this.options.beginsAtMs;
    const utterance = (revision: number, final: boolean, words: string, endMs: number) =>
      ({
        kind: 'utterance',
        participantId: `p-${leg}`,
        role: leg,
        leg,
        segment,
        revision,
        final,
        text: words,
        startMs: Math.round(base + startMs),
        endMs: Math.round(base + endMs),
      }) as const;
    let hit = false;
    for (let i = 0; i < partials && arrivesAtMs === undefined; i++) {
      const share = (i + 1) / partials;
      const words = i === partials - 1 ? heard : heard.slice(0, Math.ceil(heard.length * share));
      const first: boolean = !hit && words.includes(PLANTED.partial);
      hit ||= first;
      const endMs = startMs + (lastsMs * (i + 1)) / (partials + 1);
      this.#send(endMs, utterance(i, false, words, endMs), first ? onHit : []);
    }
    const endMs = startMs + lastsMs;
    if (ending === 'withdrawn') return this.#send(endMs, { kind: 'utterance-withdrawn', leg, segment }, onFinal);
    const final = utterance(partials, true, text, endMs);
    const atMs = arrivesAtMs ?? this.runMs(endMs);
    this.#push({ atMs, event: this.#event(endMs, final), effects: onFinal });
    const laterMs = atMs + chance.between(200, 2_000);
    if (chance.chance(0.03)) this.#push({ atMs: laterMs, event: this.#event(endMs, final), effects: [] });
    else if (chance.chance(0.005)) {
      const other = { ...final, text: `${PLANTED.phrase}${text}` };
      this.#push({ atMs: laterMs, event: this.#event(endMs, other), effects: [], conflict: true });
    }
  }

  #effect(rule: PlantedRule, anchor: string, becomes: Effect['becomes']): Effect {
    return { conversationId: this.options.conversationId, rule, anchor, becomes };
  }

  #send(conversationMs: number, body: NewEvent['body'], effects: readonly Effect[] = []): void {
    this.#push({ atMs: this.runMs(conversationMs), event: this.#event(conversationMs, body), effects });
  }

  #event(conversationMs: number, body: NewEvent['body']): NewEvent {
    const { conversationId, startMs, beginsAtMs } = this.options;
    return { conversationId, atMs: Math.round(startMs + beginsAtMs + conversationMs), body };
  }

  #push(planned: Planned): void {
    this.#pending.push({ ...planned, place: this.#place++ });
  }
}
