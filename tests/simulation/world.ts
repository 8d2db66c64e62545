import { type CaseAction, conversationKey, deriveId } from '@earshot/model';
import { Chance } from '@earshot/testkit';
import { encodeCaseFact, encodeConversationFact, TOPICS } from '@earshot/wire';
import { Desktop, type DesktopRules } from './desktop.js';
import { Outside, type OutsideRules } from './outside.js';
import { type Arrival, writeScript } from './script.js';
import { SimLog } from './sim-log.js';
import { type Committed, type NodeKind, SimNode } from './sim-node.js';

export interface Cast {
  engine(version: 1 | 2): NodeKind;
  alert(version: 1 | 2): NodeKind;
  desktop?: DesktopRules;
  /** Receivers outside; absent: there are none. */
  outside?: OutsideRules;
}

/** What a run met, so that a zero is known to mean something. */
export interface Met {
  crashes: number;
  rebalances: number;
  engineChanges: number;
  alertingChanges: number;
  refolds: number;
  checkpoints: number;
  timeFacts: number;
  closes: number;
  /** Owners that were out and closed when they read the other's takeover. */
  gaveWay: number;
  /** Sent outside, and how often the same again because an owner died before its result. */
  sent: number;
  sentAgain: number;
}

export function nothingMet(): Met {
  return {
    crashes: 0,
    rebalances: 0,
    engineChanges: 0,
    alertingChanges: 0,
    refolds: 0,
    checkpoints: 0,
    timeFacts: 0,
    closes: 0,
    gaveWay: 0,
    sent: 0,
    sentAgain: 0,
  };
}

interface Service {
  name: 'engine' | 'alert';
  nodes: SimNode[];
  member?: SimNode;
  committed?: Committed;
  /** Steps until somebody takes the partition over. */
  vacantFor: number;
}

/** One seeded schedule: crashes between any two steps, two owners at once, quiet stretches, an engine change. */
export class World {
  readonly chance: Chance;
  readonly log: SimLog;
  readonly desktop: Desktop;
  readonly outside?: Outside;
  readonly met: Met = nothingMet();
  /** The committed offset that the first owner with engine 2 worked on from: all behind it may be its verdict. */
  engine2WorksFrom?: number;
  worstRefold = 0;
  /** Checkpoints come at 0.8 of the limit at the latest; what arrives until one is written, read and committed is on top. */
  readonly refoldBound = 110;
  /** What was wrong at a rest in the middle. */
  readonly midway: string[] = [];
  private readonly script: Arrival[];
  private readonly services: Service[] = [
    { name: 'engine', nodes: [], vacantFor: 0 },
    { name: 'alert', nodes: [], vacantFor: 0 },
  ];
  private owners = 0;
  private actions = 0;
  private engine: 1 | 2 = 1;
  /** Version of alerting's own code. */
  alerting: 1 | 2 = 1;
  private readonly changeAlertingAt: number;
  private readonly changeEngineAt: number;
  private readonly crashiness: number;

  constructor(
    seed: number,
    private readonly cast: Cast,
    /** Looked at whenever everyone rests in the middle of the run. */
    private readonly atRest: (world: World) => string[],
  ) {
    this.chance = new Chance(seed);
    this.log = new SimLog(this.chance, this.chance.pick([0, 0.02, 0.1]));
    this.desktop = new Desktop(this.log, cast.desktop);
    // Chances of its own: the schedules of the others stay what they are without receivers.
    if (cast.outside) this.outside = new Outside(this.log, new Chance(seed + 0x0dd5), cast.outside, this.met);
    // A chance of its own, so that the schedules of earlier finds stay what they were.
    this.script = writeScript(this.chance, this.log.nowMs, new Chance(seed ^ 0x5eed));
    this.changeEngineAt = this.chance.chance(0.4) ? this.chance.below(this.script.length) : -1;
    this.changeAlertingAt = this.chance.chance(0.3) ? this.chance.below(this.script.length) : -1;
    this.crashiness = this.chance.pick([0, 0.002, 0.01, 0.03]);
  }

  run(): void {
    let arrived = 0;
    while (arrived < this.script.length) {
      const next = this.script[arrived]!;
      if (this.log.nowMs >= next.arriveMs) {
        const { fact } = next;
        this.log.append(
          TOPICS.conversations,
          conversationKey(fact.tenant, fact.conversationId),
          encodeConversationFact(fact),
        );
        if (arrived === this.changeEngineAt) this.changeEngine();
        if (arrived === this.changeAlertingAt) this.changeAlerting();
        arrived++;
      } else if (this.chance.chance(0.15) || this.everyoneIdle()) {
        this.passTime(Math.min(next.arriveMs - this.log.nowMs, this.chance.between(1, 5_000)));
      }
      this.act();
      if (this.chance.chance(0.02)) this.rest();
    }
    for (let calm = 0; calm < 300; calm++) {
      if (this.everyoneIdle()) this.passTime(this.chance.between(1, 10_000));
      this.act();
    }
    this.drain();
  }

  private act(): void {
    for (const service of this.services) {
      this.fill(service);
      const steps = this.chance.below(4);
      for (let i = 0; i < steps; i++) this.stepOne(service);
      if (this.chance.chance(this.crashiness)) this.crash(service);
      if (this.chance.chance(this.crashiness)) this.rebalance(service);
    }
    this.outside?.act(this.crashiness);
    if (this.chance.chance(0.4)) this.look();
    if (this.chance.chance(0.01)) this.desktop.reconnect(this.chance.below(8));
  }

  private stepOne(service: Service): void {
    const node = this.chance.pick(service.nodes);
    if (!node || node.frozenFor-- > 0) return;
    if (this.chance.chance(0.1)) node.tick();
    node.step();
    if (this.chance.chance(0.15)) this.commit(service, node);
    service.nodes = service.nodes.filter((one) => !one.dead && !(one.fold.closed && one !== service.member));
  }

  private commit(service: Service, node: SimNode): void {
    // The coordinator fences: an owner that is out cannot move the offset.
    if (node !== service.member) return;
    const point = node.commitPoint();
    if (point) service.committed = point;
  }

  private fill(service: Service): void {
    if (service.member || service.vacantFor-- > 0) return;
    const kind = service.name === 'engine' ? this.cast.engine(this.engine) : this.cast.alert(this.alerting);
    const owner = `${service.name}-${this.engine}-${++this.owners}`;
    const node: SimNode = new SimNode(
      owner,
      kind,
      this.log,
      service.committed,
      () => service.member === node,
      this.met,
    );
    service.nodes.push(node);
    service.member = node;
    if (service.name === 'engine' && this.engine === 2) this.engine2WorksFrom ??= service.committed?.offset ?? 0;
    if (service.committed && node.fold.from < service.committed.offset) this.met.refolds++;
    this.worstRefold = Math.max(this.worstRefold, (service.committed?.offset ?? 0) - node.fold.from);
  }

  private crash(service: Service): void {
    if (service.nodes.length === 0) return;
    const node = this.chance.pick(service.nodes);
    node.dead = true;
    service.nodes = service.nodes.filter((one) => one !== node);
    if (service.member === node) service.member = undefined;
    service.vacantFor = this.chance.pick([0, 3, 30]);
    this.met.crashes++;
  }

  /** The member is declared out but does not know: it works on beside the new one until it reads the takeover. */
  private rebalance(service: Service): void {
    // It may have been stopped for a while in the middle of its effects, and wake up when others have gone on.
    if (service.member) service.member.frozenFor = this.chance.pick([0, 0, 40, 400]);
    service.member = undefined;
    service.vacantFor = this.chance.pick([0, 2]);
    this.met.rebalances++;
  }

  private changeEngine(): void {
    this.engine = 2;
    this.met.engineChanges++;
    const engine = this.services[0] as Service;
    if (this.chance.chance(0.5)) this.crash(engine);
    engine.member = undefined;
  }

  private changeAlerting(): void {
    this.alerting = 2;
    this.met.alertingChanges++;
    const alert = this.services[1] as Service;
    if (this.chance.chance(0.5)) this.crash(alert);
    alert.member = undefined;
  }

  /** The agent looks at the desk, and sometimes acts. */
  private look(): void {
    for (const alert of this.desktop.step()) {
      this.person(alert.id, alert.conversationId, '10001', { kind: 'delivered' });
      if (!this.chance.chance(0.2)) continue;
      const by = this.chance.pick(['20001', '20002']);
      const action: CaseAction = this.chance.chance(0.7) ? { kind: 'claim' } : { kind: 'resolve', outcome: 'rescued' };
      this.person(alert.id, alert.conversationId, by, action);
    }
  }

  private person(alertId: string, conversationId: string, by: string, action: CaseAction): void {
    const actionId = deriveId('sim-action', ++this.actions);
    const body = {
      tenant: 'sim',
      conversationId,
      alertId,
      actionId,
      by,
      atMs: this.log.nowMs,
      controlEpoch: 1,
      action,
    };
    const value = encodeCaseFact({ tenant: 'sim', conversationId, body: { kind: 'action', action: body } });
    this.log.append(TOPICS.cases, conversationKey('sim', conversationId), value);
  }

  private passTime(ms: number): void {
    this.log.nowMs += Math.max(1, ms);
  }

  private everyoneIdle(): boolean {
    return (
      this.services.every((service) => service.nodes.every((node) => node.idle)) &&
      this.desktop.lag === 0 &&
      this.outsideIdle()
    );
  }

  private outsideIdle(): boolean {
    return this.outside?.idle ?? true;
  }

  /** Faults pause and everyone finishes what is in hand, at this very moment of the log's clock. */
  private rest(): void {
    for (let round = 0; round < 1_000; round++) {
      this.settle();
      if (this.everyoneIdle()) break;
    }
    this.midway.push(...this.atRest(this));
  }

  private settle(): void {
    for (const service of this.services) {
      service.vacantFor = 0;
      this.fill(service);
      for (const node of service.nodes) {
        node.frozenFor = 0;
        node.tick();
        while (node.step());
        this.commit(service, node);
      }
      service.nodes = service.nodes.filter((one) => !one.fold.closed);
    }
    while (this.desktop.lag > 0) this.look();
    this.outside?.settle();
  }

  /** No more events, no more faults: time passes until every life is closed and everything has been told. */
  private drain(): void {
    for (let round = 0; round < 100_000; round++) {
      this.settle();
      const alive = this.services.some((service) => service.nodes.some((node) => node.fold.liveCount > 0));
      if (!alive && this.everyoneIdle()) return;
      if (this.everyoneIdle()) this.passTime(1_000);
    }
    throw new Error('the run does not come to rest');
  }
}
