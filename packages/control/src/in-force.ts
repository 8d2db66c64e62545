import { type ApiKey, checkApiKey, parsePeople } from '@earshot/kit/access';
import { type ControlFollower, followControl, type Log } from '@earshot/log';
import type { ControlRecord, People, RuleSetStamp } from '@earshot/model';
import type { RuleSet } from '@earshot/rules';
import type { Compile } from './compile.js';
import { type ControlPast, createControlPast } from './past.js';

/** What is in force, compiled: the control topic as the services want to see it. */
export interface InForce {
  control: ControlFollower;
  /** Undefined: unknown, or not compiled yet; being asked for, it will be. */
  ruleSet(hash: string): RuleSet | undefined;
  /** The rule set in force of a tenant: one that can be judged with. */
  stamp(tenant: string): RuleSetStamp | undefined;
  /** Resolves once a rule set of this epoch, or a later one, is in force here. */
  reached(tenant: string, epoch: number): Promise<void>;
  /** Resolves once this record, and all that stands before it, has been read and has taken effect here. */
  readBack(record: Pick<ControlRecord, 'tenant' | 'hash' | 'content'>): Promise<void>;
  people: {
    people(tenant: string): People | undefined;
    onChange(listener: (tenant: string) => void): () => void;
  };
  /** Routes and units, now and as of any epoch. */
  past: ControlPast;
  apiKeys(): ApiKey[];
  keys: {
    check(presented: string, nowMs: number): ReturnType<typeof checkApiKey>;
    configured(): boolean;
  };
}

export interface FollowOptions {
  compile: Compile;
  onFault(error: unknown): void;
  /** Compiled already, so that a start does it once. */
  known?: readonly RuleSet[];
  /** Conversations that began since then may still run, each with the rules of its beginning; epoch ms. */
  pinnedSinceMs: number;
}

/**
 * Resolves once the control topic has been read to its end, and every rule set is compiled that is in force or that a
 * running conversation may be pinned to.
 */
export async function followInForce(
  log: Log,
  { compile, onFault, known = [], pinnedSinceMs }: FollowOptions,
): Promise<InForce> {
  const ruleSets = new Map(known.map((ruleSet) => [ruleSet.hash, ruleSet]));
  const compiling = new Map<string, Promise<void>>();
  const stamps = new Map<string, RuleSetStamp>();
  const people = new Map<string, { people: People; keys: ApiKey[]; epoch: number }>();
  const listeners = new Set<(tenant: string) => void>();
  const awaited = new Set<() => void>();
  const past = createControlPast();
  let caughtUp = false;

  /** What this version cannot compile any more leaves the former in force. */
  const compiled = ({ hash, content }: ControlRecord): Promise<void> => {
    if (content.kind !== 'rule-set' || ruleSets.has(hash)) return Promise.resolve();
    const running = compiling.get(hash);
    if (running) return running;
    const work = compile(content.files)
      .then((made) => {
        if (made.ok) ruleSets.set(hash, made.ruleSet);
        else onFault(made.faults[0]);
      }, onFault)
      .finally(() => compiling.delete(hash));
    compiling.set(hash, work);
    return work;
  };
  const putInForce = ({ tenant, hash, epoch, content }: ControlRecord) => {
    if (content.kind !== 'rule-set' || !ruleSets.has(hash) || epoch < (stamps.get(tenant)?.epoch ?? 0)) return;
    stamps.set(tenant, { epoch, hash, appliesToRunning: content.appliesToRunning });
  };
  const once = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        awaited.delete(look);
        resolve();
      };
      awaited.add(look);
      look();
    });

  const control = await followControl(log, {
    onFault,
    async onRecord(record) {
      past.take(record);
      takePeople(record, people);
      if (record.content.kind === 'people') for (const listener of listeners) listener(record.tenant);
      // Of the past only some are needed at once; the rest if a running conversation asks for it after all.
      if (!caughtUp) return;
      await compiled(record);
      putInForce(record);
      for (const wake of awaited) wake();
    },
  });
  caughtUp = true;
  const sets = ruleSetsOf(control.all());
  for (const record of mayBePinned(sets, pinnedSinceMs)) {
    await compiled(record);
    putInForce(record);
  }
  // None of these could be compiled by this version: the last one that can be is better than no rules at all.
  for (const record of sets.toReversed()) {
    if (stamps.has(record.tenant)) continue;
    await compiled(record);
    putInForce(record);
  }

  const apiKeys = () => [...people.values()].flatMap((one) => one.keys);
  return {
    control,
    ruleSet(hash) {
      const found = ruleSets.get(hash);
      if (found) return found;
      const record = control.byHash('rule-set', hash);
      if (record) void compiled(record);
      return undefined;
    },
    stamp: (tenant) => stamps.get(tenant),
    reached: (tenant, epoch) => once(() => (stamps.get(tenant)?.epoch ?? 0) >= epoch),
    readBack: ({ tenant, hash, content }) => once(() => control.byHash(content.kind, hash, tenant) !== undefined),
    people: {
      people: (tenant) => people.get(tenant)?.people,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    past,
    apiKeys,
    keys: {
      check: (presented, nowMs) => checkApiKey(apiKeys(), presented, nowMs),
      configured: () => apiKeys().length > 0,
    },
  };
}

/** Oldest first. */
function ruleSetsOf(records: readonly ControlRecord[]): ControlRecord[] {
  return records.filter(({ content }) => content.kind === 'rule-set').sort((a, b) => a.epoch - b.epoch);
}

/** Rule sets that were in force at any time since then; of each tenant at least the last. */
function mayBePinned(sets: readonly ControlRecord[], sinceMs: number): ControlRecord[] {
  return sets.filter(({ tenant }, i) => {
    const next = sets.slice(i + 1).find((one) => one.tenant === tenant);
    return !next || next.atMs >= sinceMs;
  });
}

function takePeople(
  { content, tenant, epoch }: ControlRecord,
  people: Map<string, { people: People; keys: ApiKey[]; epoch: number }>,
): void {
  if (content.kind !== 'people') return;
  const parsed = parsePeople(content.yaml);
  if (parsed.ok && epoch >= (people.get(tenant)?.epoch ?? 0))
    people.set(tenant, { people: parsed.people, keys: parsed.keys, epoch });
}
