import { PartitionFold } from '@earshot/log/fold';
import { type Contribution, type HistoryAnswer, type HistorySubject, historyKey, subjectName } from '@earshot/model';
import { historyDefinition, type SubjectState } from '@earshot/rule-engine/history';
import { Chance } from '@earshot/testkit';
import { decodeConversationFact, decodeHistoryFact, encodeHistoryFact, TOPICS } from '@earshot/wire';
import { describe, expect, test } from 'vitest';
import { SimLog } from './sim-log.js';
import { type Committed, type NodeKind, SimNode } from './sim-node.js';
import { nothingMet } from './world.js';

const SEEDS = process.env.EARSHOT_TEST_ALL ? 2_000 : 200;
const DAY_MS = 24 * 3_600_000;
const MAX_REFOLD = 24;
type Definition = typeof historyDefinition;

/** What was added at an offset of the history topic, as it stands there. */
interface Added {
  offset: number;
  logMs: number;
  subject: HistorySubject;
  contribution: Contribution;
}

/** The rule engine's part: some conversations of a few customers and agents, each told now and then, some of it late. */
function contributions(
  chance: Chance,
  startMs: number,
): { atMs: number; subject: HistorySubject; body: Contribution }[] {
  const told: { atMs: number; subject: HistorySubject; body: Contribution }[] = [];
  for (let c = 0; c < chance.between(3, 12); c++) {
    const beginMs = startMs + chance.below(12 * DAY_MS);
    const subjects: HistorySubject[] = [
      { kind: 'customer', id: `k${chance.below(3)}` },
      { kind: 'agent', id: `${chance.below(2)}` },
      { kind: 'topic', id: 'outage' },
    ];
    const channel = chance.pick(['voice', 'chat'] as const);
    const lives = chance.chance(0.2) ? 2 : 1;
    for (let life = 0; life < lives; life++) {
      let findings: Contribution['findings'] = [];
      for (let change = 0; change < chance.between(1, 4); change++) {
        const atMs = beginMs + chance.below(DAY_MS / 3);
        const one = { id: `f${c}-${chance.below(4)}`, ruleId: 'r', tags: [chance.pick(['a', 'b'])], atMs };
        findings = chance.chance(0.25) ? findings.slice(1) : [...findings.filter(({ id }) => id !== one.id), one];
        for (const subject of subjects) {
          const body: Contribution = {
            kind: 'contribution',
            conversationId: `c${c}`,
            life: life * 100,
            asOf: life * 100 + change,
            channel,
            atMs: beginMs,
            findings: subject.kind === 'customer' ? [] : findings,
          };
          told.push({ atMs: chance.chance(0.1) ? atMs + chance.below(DAY_MS / 3) : atMs, subject, body });
        }
      }
    }
  }
  return told.sort((a, b) => a.atMs - b.atMs);
}

/** Plays a seed with crashes between any two steps and two owners at once; what every conversation was told. */
function play(seed: number, definition: Definition): { log: SimLog; met: ReturnType<typeof nothingMet> } {
  const chance = new Chance(seed);
  const log = new SimLog(chance, chance.pick([0, 0.05]));
  const met = nothingMet();
  const kind: NodeKind = {
    topic: TOPICS.history,
    definition: definition as never,
    fold: PartitionFold,
    maxRefold: MAX_REFOLD,
  };
  let committed: Committed | undefined;
  let owners = 0;
  let member: SimNode | undefined;
  let former: SimNode | undefined;
  const crashiness = chance.pick([0, 0.01, 0.05]);
  const own = () => {
    const node: SimNode = new SimNode(`h${++owners}`, kind, log, committed, () => member === node, met);
    if (committed && node.fold.from < committed.offset) met.refolds++;
    member = node;
    return node;
  };
  const act = () => {
    const node = member ?? own();
    for (const one of [node, former]) {
      if (!one || one.fold.closed || !chance.chance(0.7)) continue;
      if (chance.chance(0.1)) one.tick();
      one.step();
    }
    if (chance.chance(0.2)) committed = node.commitPoint() ?? committed;
    if (!chance.chance(crashiness)) return;
    met.crashes++;
    former = chance.chance(0.5) ? node : undefined;
    member = undefined;
  };
  for (const { atMs, subject, body } of contributions(chance, log.nowMs)) {
    while (log.nowMs < atMs) log.nowMs = Math.min(atMs, log.nowMs + chance.between(1, 3 * 3_600_000));
    log.append(TOPICS.history, historyKey('t', subject), encodeHistoryFact({ tenant: 't', subject, body }));
    for (let i = chance.below(12); i > 0; i--) act();
  }
  for (let i = 0; i < 400; i++) act();
  const last = member ?? own();
  while (last.step());
  return { log, met };
}

function addedIn(log: SimLog): Added[] {
  return log.of(TOPICS.history).flatMap(({ value, offset, timestampMs }) => {
    const { subject, body } = decodeHistoryFact(value);
    return subject && body.kind === 'contribution' ? [{ offset, logMs: timestampMs, subject, contribution: body }] : [];
  });
}

/** What each conversation must have been told in the end, from the whole log at once. */
function expected(added: readonly Added[]): Map<string, number> {
  const latest = new Map<string, number>();
  const sums = new Map<string, Map<string, Added>>();
  for (const one of added) {
    const name = subjectName(one.subject);
    const held = sums.get(name) ?? new Map<string, Added>();
    sums.set(name, held);
    const place = `${one.contribution.conversationId}/${one.contribution.life}`;
    const before = held.get(place);
    if (before && before.contribution.asOf >= one.contribution.asOf) continue;
    held.set(place, one);
    const nothing = one.subject.kind !== 'customer' && one.contribution.findings.length === 0;
    const same = before && JSON.stringify(told(before)) === JSON.stringify(told(one));
    if (same || (nothing && !before)) continue;
    latest.set(`${one.contribution.conversationId} ${name}`, countNaively(one, [...held.values()]));
  }
  return latest;
}

const told = ({ contribution: { atMs, channel, findings } }: Added) => [atMs, channel, findings];

function countNaively(asks: Added, held: readonly Added[]): number {
  const windowMs = asks.subject.kind === 'topic' ? 3_600_000 : 7 * DAY_MS;
  const times = ({ contribution: { atMs, findings } }: Added) => [atMs, ...findings.map((one) => one.atMs)];
  const untilMs = Math.max(...times(asks));
  const within = (ms: number) => ms > untilMs - windowMs && ms <= untilMs;
  const conversations = (some: readonly Added[]) =>
    new Set(some.map(({ contribution }) => contribution.conversationId)).size;
  if (asks.subject.kind === 'customer') return conversations(held.filter((one) => within(one.contribution.atMs)));
  const met = held.filter((one) => one.contribution.findings.some(({ atMs }) => within(atMs)));
  if (asks.subject.kind === 'topic') return conversations(met);
  const ids = held.flatMap((one) => one.contribution.findings.filter(({ atMs }) => within(atMs)).map(({ id }) => id));
  return new Set(ids).size;
}

function answered(log: SimLog): Map<string, number> {
  const latest = new Map<string, HistoryAnswer>();
  for (const { value } of log.conversations) {
    const { conversationId, body } = decodeConversationFact(value);
    if (body.kind !== 'history') throw new Error('history writes answers alone');
    const name = `${conversationId} ${subjectName(body.subject)}`;
    const before = latest.get(name);
    if (!before || before.cause < body.cause) latest.set(name, body);
  }
  return new Map([...latest].map(([name, { count }]) => [name, count]));
}

const lines = (counts: ReadonlyMap<string, number>) => [...counts].map(([name, count]) => `${name}: ${count}`).sort();

function differs(seed: number, definition: Definition): boolean {
  const { log } = play(seed, definition);
  return JSON.stringify(lines(answered(log))) !== JSON.stringify(lines(expected(addedIn(log))));
}

describe('history', () => {
  test(`in ${SEEDS} schedules of crashes and double owners every conversation knows the right counts`, {
    timeout: 300_000,
  }, () => {
    const all = nothingMet();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { log, met } = play(seed, historyDefinition);
      expect(lines(answered(log)), `seed ${seed}`).toEqual(lines(expected(addedIn(log))));
      for (const key of ['crashes', 'checkpoints', 'refolds', 'closes'] as const) all[key] += met[key];
    }
    for (const key of ['crashes', 'checkpoints', 'refolds', 'closes'] as const)
      expect(all[key], key).toBeGreaterThan(0);
  });

  const WRONG: Record<string, Definition> = {
    'what comes late counts again': {
      ...historyDefinition,
      apply(state, fact, at) {
        const contributions = new Map([...state.contributions].map(([name, one]) => [name, { ...one, asOf: -1 }]));
        return historyDefinition.apply(Object.assign(state, { contributions }), fact, at);
      },
    },
    'a checkpoint forgets what was counted': {
      ...historyDefinition,
      saveState: (state: SubjectState) => historyDefinition.saveState({ ...state, contributions: new Map() }),
    },
    'a life takes the place of the one before': {
      ...historyDefinition,
      apply(state, fact, at) {
        const { conversationId, life } = fact.contribution;
        for (const [name, one] of state.contributions)
          if (one.conversationId === conversationId && one.life !== life) state.contributions.delete(name);
        return historyDefinition.apply(state, fact, at);
      },
    },
  };
  test.each(Object.entries(WRONG))('control: %s is caught', { timeout: 300_000 }, (_name, definition) => {
    const caught = Array.from({ length: SEEDS }, (_, i) => i + 1).some((seed) => differs(seed, definition));
    expect(caught).toBe(true);
  });
});
