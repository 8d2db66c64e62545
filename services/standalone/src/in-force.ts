import { type ApiKey, checkApiKey, parsePeople } from '@earshot/kit/access';
import { type ControlFollower, followControl, type Log } from '@earshot/log';
import type { ControlRecord, People, RuleSetStamp } from '@earshot/model';
import { compileRuleSet, type RuleSet } from '@earshot/rules';
import { type ControlPast, createControlPast } from './control-past.js';

/** What is in force, compiled: the control topic as the services want to see it. */
export interface InForce {
  control: ControlFollower;
  ruleSet(hash: string): RuleSet | undefined;
  stamp(tenant: string): RuleSetStamp | undefined;
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

/** Resolves once the control topic has been read to its end. */
export async function followInForce(log: Log, onFault: (error: unknown) => void): Promise<InForce> {
  const ruleSets = new Map<string, RuleSet>();
  const people = new Map<string, { people: People; keys: ApiKey[]; epoch: number }>();
  const listeners = new Set<(tenant: string) => void>();
  let epoch = 0;
  const past = createControlPast(() => epoch);
  const control = await followControl(log, {
    onFault,
    onRecord(record) {
      past.take(record);
      epoch = Math.max(epoch, record.epoch);
      take(record, ruleSets, people);
      if (record.content.kind === 'people') for (const listener of listeners) listener(record.tenant);
    },
  });
  const apiKeys = () => [...people.values()].flatMap((one) => one.keys);
  return {
    control,
    ruleSet: (hash) => ruleSets.get(hash),
    stamp(tenant) {
      const record = control.latest(tenant, 'rule-set');
      if (record?.content.kind !== 'rule-set') return undefined;
      return { epoch: record.epoch, hash: record.hash, appliesToRunning: record.content.appliesToRunning };
    },
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

/** What was published had been checked; what this version cannot read any more leaves the former in force. */
function take(
  record: ControlRecord,
  ruleSets: Map<string, RuleSet>,
  people: Map<string, { people: People; keys: ApiKey[]; epoch: number }>,
): void {
  const { content, hash, tenant, epoch } = record;
  if (content.kind === 'rule-set') {
    if (ruleSets.has(hash)) return;
    const compiled = compileRuleSet(content.files);
    if (compiled.ok) ruleSets.set(hash, compiled.ruleSet);
    return;
  }
  if (content.kind !== 'people') return;
  const parsed = parsePeople(content.yaml);
  if (parsed.ok && epoch >= (people.get(tenant)?.epoch ?? 0))
    people.set(tenant, { people: parsed.people, keys: parsed.keys, epoch });
}
