import {
  type Alert,
  type AlertRecord,
  type CaseFact,
  compareVersions,
  type Finding,
  isFinalState,
  type StandingSet,
} from '@earshot/model';

/** What was found and told in the end, by ids that derive from input, in words that two runs can be compared by. */
export interface Outcome {
  /** Findings that stand. */
  findings: Map<string, string>;
  /** Alerts in their last state. */
  alerts: Map<string, string>;
}

export interface Compared {
  /** Conversations that are compared, with the epoch ms at which each began: times are told from there. */
  startedMs: ReadonlyMap<string, number>;
  /** Rules that rest on other conversations: which of them was the fourth depends on the order across partitions. */
  notCompared?: ReadonlySet<string>;
  /** Rules that time or a late score decides: whether what they took back was ever told depends on the hour. */
  timed?: ReadonlySet<string>;
}

/** Gathers an outcome from the records of `cases` and `alerts`, in any order of their partitions. */
export class OutcomeReader {
  readonly #sets = new Map<string, StandingSet>();
  readonly #alerts = new Map<string, Alert>();

  constructor(private readonly compared: Compared) {}

  case({ body }: CaseFact): void {
    if (body.kind !== 'standing' || !this.compared.startedMs.has(body.set.conversationId)) return;
    const { conversationId, life, asOf } = body.set;
    const name = `${conversationId} ${life}`;
    if ((this.#sets.get(name)?.asOf ?? -1) < asOf) this.#sets.set(name, body.set);
  }

  alert(record: AlertRecord): void {
    for (const alert of record.kind === 'alert' ? [record.alert] : record.list.alerts) {
      if (!this.compared.startedMs.has(alert.conversationId)) continue;
      const before = this.#alerts.get(alert.id);
      if (!before || compareVersions(before.version, alert.version) < 0) this.#alerts.set(alert.id, alert);
    }
  }

  outcome(): Outcome {
    const { notCompared = new Set(), timed = new Set() } = this.compared;
    const isCompared = ({ ruleId }: Finding) => !notCompared.has(ruleId);
    const findings = [...this.#sets.values()].flatMap(({ conversationId, findings: found }) =>
      found.filter(isCompared).map((one) => [one.id, this.#finding(conversationId, one)] as const),
    );
    const alerts = [...this.#alerts.values()].filter(
      ({ state, finding }) => isCompared(finding) && !(state === 'retracted' && timed.has(finding.ruleId)),
    );
    return {
      findings: new Map(findings),
      alerts: new Map(alerts.map((alert) => [alert.id, this.#alert(alert, timed.has(alert.finding.ruleId))])),
    };
  }

  #alert({ conversationId, state, outcome, finding, agents, interrupting, history, ...more }: Alert, isTimed: boolean) {
    const told = { state, outcome, agents, interrupting, history };
    // What others' conversations count may change an open alert last, or come before it.
    const reason = isFinalState(state) ? more.reason : undefined;
    const path = isTimed ? {} : { continues: more.continues, reason };
    return JSON.stringify({ finding: this.#told(conversationId, finding), ...told, ...path });
  }

  #finding(conversationId: string, finding: Finding): string {
    return JSON.stringify(this.#told(conversationId, finding));
  }

  #told(conversationId: string, { receivedAtMs: _, evidence, wordsAtMs, ...finding }: Finding): object {
    const startedMs = this.compared.startedMs.get(conversationId) ?? 0;
    const words = evidence.map(({ startMs, endMs, quote, ...one }) => ({
      ...one,
      startMs: startMs - startedMs,
      endMs: endMs - startedMs,
      quote: withoutKeys(quote),
    }));
    // Which of several utterances came last is asked of the door's clock: within one millisecond, either may have.
    const isOneOfSeveral = evidence.length > 1 && evidence.some(({ endMs }) => endMs === wordsAtMs);
    const at = isOneOfSeveral ? {} : { wordsAtMs: wordsAtMs - startedMs };
    return { ...sorted(finding), ...at, evidence: words.map(sorted) };
  }
}

/** What differs, one line each: ids, and what one side lacks or tells otherwise. */
export function differences(one: Outcome, other: Outcome): string[] {
  return (['findings', 'alerts'] as const).flatMap((kind) => {
    const [mine, theirs] = [one[kind], other[kind]];
    const ids = new Set([...mine.keys(), ...theirs.keys()]);
    return [...ids].flatMap((id) => {
      const [left, right] = [mine.get(id), theirs.get(id)];
      return left === right ? [] : [`${kind} ${id}: ${howTheyDiffer(left, right)}`];
    });
  });
}

/** Whole texts of hundreds of differences would hide what they have in common. */
function howTheyDiffer(left: string | undefined, right: string | undefined): string {
  if (left === undefined || right === undefined)
    return left === undefined ? `only there: ${right}` : `only here: ${left}`;
  const [here, there] = [leaves(JSON.parse(left)), leaves(JSON.parse(right))];
  const paths = [...new Set([...here.keys(), ...there.keys()])].filter((path) => here.get(path) !== there.get(path));
  const told = paths.map((path) => `${path}: ${here.get(path)} | ${there.get(path)}`);
  return `${here.get('.finding.ruleId') ?? here.get('.ruleId')} ${told.join(', ')}`;
}

function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, `${path}.${key}`)]));
}

/** Each house masks with a key of its own, so the same number has another token in each. */
function withoutKeys(text: string): string {
  return text.replace(/\[([A-Z_]+):[^\]]*\]/g, '[$1]');
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
