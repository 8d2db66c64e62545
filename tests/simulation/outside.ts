import { Ledger, type Waiting } from '@earshot/alert/ledger';
import {
  conversationKey,
  type DeliveryDue,
  type DeliveryFact,
  type DeliveryResult,
  recipientKey,
} from '@earshot/model';
import type { Chance } from '@earshot/testkit';
import { decodeDeliveryFact, encodeCaseFact, encodeDeliveryFact, TOPICS } from '@earshot/wire';
import type { SimLog } from './sim-log.js';
import type { Met } from './world.js';

export interface OutsideRules {
  /** The wrong deliverer: acts on whatever is due, whatever it was last. */
  forgetful?: boolean;
  /** The wrong order: the offset moves past what has no result. */
  commitsAhead?: boolean;
}

export interface Arrived {
  recipient: string;
  due: DeliveryDue;
}

/** Receivers, and the owner that sends to them: the real ledger, with effects that it can die between. */
export class Outside {
  /** What the receivers got, in order. */
  readonly arrived: Arrived[] = [];
  private readonly ids = new Set<string>();
  private committed = 0;
  private owner: Owner | undefined;

  constructor(
    private readonly log: SimLog,
    private readonly chance: Chance,
    private readonly rules: OutsideRules,
    private readonly met: Met,
  ) {}

  get idle(): boolean {
    return this.owner?.idle ?? false;
  }

  act(crashiness: number): void {
    this.owner ??= this.newOwner();
    const steps = this.chance.below(4);
    for (let step = 0; step < steps; step++) this.owner.step(this.chance.chance(0.3));
    if (this.chance.chance(0.15)) this.committed = this.owner.commitPoint();
    if (!this.chance.chance(crashiness * 2)) return;
    this.met.crashes++;
    this.owner = undefined;
  }

  /** No more faults: whatever waits is sent. */
  settle(): void {
    this.owner ??= this.newOwner();
    while (this.owner.step(false));
    this.committed = this.owner.commitPoint();
  }

  private newOwner(): Owner {
    return new Owner(this.log, this.committed, this.rules, (recipient, due) => {
      this.met.sent++;
      if (this.ids.has(due.id)) this.met.sentAgain++;
      this.ids.add(due.id);
      this.arrived.push({ recipient, due });
    });
  }
}

class Owner {
  private readonly ledgers = new Map<string, Ledger>();
  private readonly effects: (() => void)[] = [];
  private readonly liveAt: number;
  private position = 0;

  constructor(
    private readonly log: SimLog,
    private readonly committed: number,
    private readonly rules: OutsideRules,
    private readonly receive: (recipient: string, due: DeliveryDue) => void,
  ) {
    this.liveAt = log.of(TOPICS.deliveries).length;
    if (rules.forgetful) this.position = committed;
  }

  get idle(): boolean {
    const read = this.position >= this.log.of(TOPICS.deliveries).length;
    return read && this.effects.length === 0 && [...this.ledgers.values()].every((ledger) => ledger.size === 0);
  }

  /** One effect, one record, or the beginning of one delivery. False: there is nothing to do. */
  step(fails: boolean): boolean {
    const effect = this.effects.shift();
    if (effect) effect();
    else if (this.position < this.log.of(TOPICS.deliveries).length) this.read();
    else return this.begin(fails);
    return true;
  }

  commitPoint(): number {
    if (this.rules.commitsAhead) return this.position;
    const open = [...this.ledgers.values()].flatMap((ledger) => ledger.oldest() ?? []);
    return Math.min(this.position, ...open);
  }

  private read(): void {
    const record = this.log.of(TOPICS.deliveries)[this.position];
    if (!record) return;
    this.position++;
    const { recipient, body } = decodeDeliveryFact(record.value);
    const ledger = this.ledger(recipient);
    const at = { offset: record.offset, logMs: record.timestampMs };
    const taken = ledger.take(body, at, record.offset < this.committed);
    if (taken.kind === 'finished' && record.offset >= this.liveAt) this.tellCase(taken.result);
    if (this.rules.forgetful && taken.kind !== 'queued' && body.kind === 'due') this.receive(recipient, body);
  }

  private begin(fails: boolean): boolean {
    const found = [...this.ledgers].find(([, ledger]) => ledger.head() !== undefined);
    const head = found?.[1].head();
    if (!found || !head) return false;
    const [recipient, ledger] = found;
    if (fails) {
      const body = {
        kind: 'attempt',
        id: head.due.id,
        attempts: head.attempts + 1,
        code: 'http-503',
        nextAtMs: 0,
      } as const;
      this.effects.push(() => this.append(recipient, body));
      this.effects.push(() => void ledger.take(body, { offset: head.offset, logMs: head.sinceMs }));
      return true;
    }
    const result = this.resultOf(recipient, head);
    if (!ledger.knows(head.due)) this.effects.push(() => this.receive(recipient, head.due));
    this.effects.push(() => this.tellCase(result));
    this.effects.push(() => this.append(recipient, { kind: 'result', result }));
    const at = { offset: head.offset, logMs: head.sinceMs };
    this.effects.push(() => void ledger.take({ kind: 'result', result }, at));
    return true;
  }

  private resultOf(recipient: string, { due, attempts }: Waiting): DeliveryResult {
    const { id, conversationId, alertId, operation, cause } = due;
    const about = { id, conversationId, alertId, operation, cause, channel: 'webhook' as const, recipient };
    return {
      ...about,
      status: 'sent',
      code: 'http-204',
      atMs: this.log.nowMs,
      attempts: attempts + 1,
      controlEpoch: 1,
    };
  }

  private tellCase(result: DeliveryResult): void {
    const { conversationId } = result;
    const value = encodeCaseFact({ tenant: 'sim', conversationId, body: { kind: 'delivery', result } });
    this.log.append(TOPICS.cases, conversationKey('sim', conversationId), value);
  }

  private append(recipient: string, body: DeliveryFact['body']): void {
    const value = encodeDeliveryFact({ tenant: 'sim', channel: 'webhook', recipient, body });
    this.log.append(TOPICS.deliveries, recipientKey('sim', 'webhook', recipient), value);
  }

  private ledger(recipient: string): Ledger {
    const known = this.ledgers.get(recipient) ?? new Ledger();
    this.ledgers.set(recipient, known);
    return known;
  }
}
