import type { ControlView, Log } from '@earshot/log';
import {
  type ControlContent,
  type ControlRecord,
  deriveId,
  EarshotError,
  type ExampleFailure,
  type PublicationAction,
  type PublishedRuleSet,
  type RuleFault,
  type RuleFiles,
  type RuleSetCheck,
  type RuleSetVersion,
} from '@earshot/model';
import { controlKey, encodeControlRecord, TOPICS } from '@earshot/wire';
import type { Compile } from './compile.js';
import type { InForce } from './in-force.js';

/** Who does it and why, for the record. */
export interface Authorship {
  by: string;
  why: string;
}

export interface Publisher {
  /** What is wrong with the files, without publishing anything. */
  check(files: RuleFiles): Promise<RuleSetCheck>;
  /**
   * In force when it resolves, for new conversations and, if asked, for what is said next in running ones. Throws
   * `RuleSetRefused` (`rules-invalid`, `examples-failed`); what was in force then stays.
   */
  publish(
    tenant: string,
    set: { files: RuleFiles; appliesToRunning: boolean },
    authorship: Authorship,
  ): Promise<PublishedRuleSet>;
  /** Brings an earlier set back, the one before the present if none is named. Throws `version-unknown`, `RuleSetRefused`. */
  rollback(tenant: string, to: string | undefined, authorship: Authorship): Promise<PublishedRuleSet>;
  /** Newest first. */
  versions(tenant: string): RuleSetVersion[];
  /** The files of a set that was ever published. */
  files(tenant: string, hash: string): RuleFiles | undefined;
}

export interface PublisherDeps {
  log: Log;
  inForce: InForce;
  compile: Compile;
  /** Epoch ms. */
  clock(): number;
}

/** Rule sets into force, one after the other, each with a record of who, when and why. */
export function createPublisher({ log, inForce, compile, clock }: PublisherDeps): Publisher {
  const { control } = inForce;
  let turn: Promise<unknown> = Promise.resolve();

  const publishNow = async (
    tenant: string,
    hash: string,
    content: ControlContent & { kind: 'rule-set' },
    { by, why, action }: Authorship & { action: PublicationAction },
  ): Promise<Omit<PublishedRuleSet, 'rules'>> => {
    const before = control.latest(tenant, 'rule-set');
    if (before?.hash === hash && inForce.stamp(tenant)?.hash === hash)
      return { hash, epoch: before.epoch, unchanged: true };
    for (;;) {
      const epoch = control.epoch() + 1;
      const note = await appendPublication(log, { epoch, tenant, by, atMs: clock(), hash, content }, action, why);
      await inForce.readBack(note);
      await inForce.reached(tenant, epoch);
      if (isFirst(note)) return { hash, epoch, unchanged: false };
    }
  };
  /**
   * Somebody may have published in the same moment elsewhere, and stand before us under the same epoch. The later one is
   * in force everywhere, but who has met the first would not move to an equal epoch: so it is published under a higher
   * one. Notes stand in the order of the log: a set that was published before keeps its old place.
   */
  const isFirst = (note: ControlRecord): boolean =>
    control
      .all()
      .find(
        ({ tenant, epoch, content }) =>
          tenant === note.tenant && epoch === note.epoch && content.kind === 'publication' && content.of === 'rule-set',
      )?.hash === note.hash;
  /** Epochs rise one by one: two publications at once would take the same. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  return {
    async check(files) {
      const compiled = await compile(files);
      if (!compiled.ok) return { faults: compiled.faults, examples: [], rules: 0 };
      return { faults: [], examples: compiled.examples, rules: compiled.ruleSet.ruleIds.length };
    },

    async publish(tenant, { files, appliesToRunning }, authorship) {
      const compiled = await compile(files);
      if (!compiled.ok) throw rulesInvalid(compiled.faults);
      if (compiled.examples.length > 0) throw examplesFailed(compiled.examples);
      const { hash, ruleIds } = compiled.ruleSet;
      const content = { kind: 'rule-set', files: { ...files }, appliesToRunning } as const;
      const done = await inTurn(() => publishNow(tenant, hash, content, { ...authorship, action: 'publish' }));
      return { ...done, rules: ruleIds.length };
    },

    rollback: (tenant, to, authorship) =>
      inTurn(async () => {
        const present = control.latest(tenant, 'rule-set')?.hash;
        const target = to ?? versionsOf(control, tenant, undefined).find(({ hash }) => hash !== present)?.hash;
        const record = target === undefined ? undefined : control.byHash('rule-set', target, tenant);
        if (record?.content.kind !== 'rule-set')
          throw new EarshotError('version-unknown', 'there is no such earlier rule set');
        const compiled = await compile(record.content.files);
        if (!compiled.ok) throw rulesInvalid(compiled.faults);
        const done = await publishNow(tenant, record.hash, record.content, { ...authorship, action: 'rollback' });
        return { ...done, rules: compiled.ruleSet.ruleIds.length };
      }),

    versions: (tenant) => versionsOf(control, tenant, inForce.stamp(tenant)?.epoch),

    files(tenant, hash) {
      const record = control.byHash('rule-set', hash, tenant);
      return record?.content.kind === 'rule-set' ? record.content.files : undefined;
    },
  };
}

/** The content and the note of who, when and why, in one append; answers with the note. */
export async function appendPublication(
  log: Log,
  record: ControlRecord,
  action: PublicationAction,
  why: string,
): Promise<ControlRecord> {
  const { content, hash, tenant, epoch } = record;
  if (content.kind === 'publication') throw new Error('a publication publishes something else');
  const note: ControlRecord = {
    ...record,
    hash: deriveId('publication', tenant, epoch, hash),
    content: { kind: 'publication', of: content.kind, contentHash: hash, action, why },
  };
  await log.append(
    [record, note].map((one) => ({ topic: TOPICS.control, key: controlKey(one), value: encodeControlRecord(one) })),
  );
  return note;
}

function versionsOf(control: ControlView, tenant: string, presentEpoch: number | undefined): RuleSetVersion[] {
  return control
    .all()
    .flatMap(({ tenant: of, content, epoch, by, atMs }) => {
      if (of !== tenant || content.kind !== 'publication' || content.of !== 'rule-set') return [];
      const { contentHash: hash, action, why } = content;
      return [{ epoch, hash, by, atMs, action, why, inForce: epoch === presentEpoch }];
    })
    .sort((a, b) => b.epoch - a.epoch);
}

const MOST_NAMED = 20;

/** A set that is not fit to be in force. The message names the first places, the lists hold all. */
export class RuleSetRefused extends EarshotError {
  readonly faults: readonly RuleFault[];
  readonly examples: readonly ExampleFailure[];

  constructor(
    code: 'rules-invalid' | 'examples-failed',
    message: string,
    { faults = [], examples = [] }: { faults?: readonly RuleFault[]; examples?: readonly ExampleFailure[] },
  ) {
    super(code, message, { detail: { exitCode: 2, faults, examples } });
    this.faults = faults;
    this.examples = examples;
  }
}

/** Says every place, as far as a sentence can hold them. */
export function rulesInvalid(faults: readonly RuleFault[]): RuleSetRefused {
  const lines = faults
    .slice(0, MOST_NAMED)
    .map(({ file, line, column, path, message }) => `  ${file}:${line}:${column}  ${path}  ${message}`);
  const more = faults.length > MOST_NAMED ? [`  and ${faults.length - MOST_NAMED} more`] : [];
  const text = `${faults.length} mistake(s):\n${[...lines, ...more].join('\n')}`;
  return new RuleSetRefused('rules-invalid', text, { faults });
}

function examplesFailed(examples: readonly ExampleFailure[]): RuleSetRefused {
  const lines = examples
    .slice(0, MOST_NAMED)
    .map(({ ruleId, kind, index }) => `  ${ruleId}: example ${kind} ${index + 1} does not behave`);
  const text = `${examples.length} example(s) fail:\n${lines.join('\n')}`;
  return new RuleSetRefused('examples-failed', text, { examples });
}
