import type { Alert } from '@earshot/model';
import { type Expectations, isOpen, keyOf, keyOfAlert } from '../load/expectations.js';
import { DEADLINE } from '../load/plan.js';
import type { LogFindings } from './read-log.js';
import { differences, type RowCounts } from './rows.js';

/** Each must be zero. */
export interface Faults {
  /** Acknowledged events that are not on the log. */
  ackedLost: number;
  /** Events that were refused although they can be taken. */
  refused: number;
  /** Alerts that must be open and are not on the desk. */
  alertsLost: number;
  /** Alerts on the desk, or popped up in the meantime, that nothing planted explains; or closed ones shown as open. */
  spurious: number;
  shownTwice: number;
  /** Pairs that popped up in another order than their words were said, within one conversation. */
  outOfOrder: number;
  /** Alerts that were taken back although they stand: a restart may not change a verdict. */
  flapped: number;
  /** Planted conflicts without their dead letter, and dead letters without a planted conflict. */
  deadLettersWrong: number;
  /** Figures in which the warehouse's rows differ from what the log asks for; 0 without a warehouse. */
  rowsWrong: number;
}

export interface Shown {
  key: string;
  alertId: string;
}

export interface Seen {
  expectations: Expectations;
  shown: readonly Shown[];
  desk: ReadonlyMap<string, Alert>;
  /** Epoch of the rule set that has the rule `planted-next`; infinite: none was published. */
  nextEpoch: number;
  log: LogFindings;
  /** Places of the conflicts that were acknowledged. */
  conflicts: ReadonlySet<string>;
  refused: number;
  /** Conversations whose greeting was said in time and taken late: it may have been missed for a while. */
  lateGreetings: ReadonlySet<string>;
  rows?: RowCounts;
}

/** Names of what is wrong, for whoever looks into a run. */
export interface Verdict {
  faults: Faults;
  examples: string[];
}

export function judge(seen: Seen): Verdict {
  const examples: string[] = [];
  const count = (name: string, keys: readonly string[]) => {
    for (const key of keys.slice(0, 5)) examples.push(`${name}: ${key}`);
    return keys.length;
  };
  const { log } = seen;
  const expected = expectedKeys(seen);
  return {
    examples,
    faults: {
      ackedLost: log.ackedLost,
      refused: seen.refused,
      alertsLost: count('lost', lostOnDesk(expected, seen.desk)),
      spurious: count('spurious', spurious(seen, expected)),
      shownTwice: count('shown twice', shownTwice(seen.shown)),
      outOfOrder: count('out of order', outOfOrder(seen)),
      flapped: count(
        'flapped',
        [...expected].filter((key) => log.retracted.has(key)),
      ),
      deadLettersWrong: count('dead letter', deadLettersWrong(seen)),
      rowsWrong: count('rows', seen.rows ? differences(seen.rows, log.rows.counts()) : []),
    },
  };
}

/** Keys that must be open: what stands, the new rule only where a conversation began under it. */
export function expectedKeys({
  expectations,
  nextEpoch,
  log,
}: Pick<Seen, 'expectations' | 'nextEpoch'> & { log: Pick<LogFindings, 'firstEpoch'> }): Set<string> {
  const keys = new Set<string>();
  for (const [key, { becomes, rule, conversationId }] of expectations.all) {
    if (becomes !== 'stands') continue;
    if (rule === 'planted-next' && (log.firstEpoch.get(conversationId) ?? -1) < nextEpoch) continue;
    keys.add(key);
  }
  return keys;
}

export function lostOnDesk(expected: ReadonlySet<string>, desk: ReadonlyMap<string, Alert>): string[] {
  const open = new Set([...desk.values()].filter(isOpen).map(keyOfAlert));
  return [...expected].filter((key) => !open.has(key));
}

function spurious({ expectations, shown, desk, lateGreetings }: Seen, expected: ReadonlySet<string>): string[] {
  const late = new Set([...lateGreetings].map((id) => keyOf(id, 'planted-missing', DEADLINE)));
  const mayShow = (key: string) =>
    expected.has(key) || late.has(key) || ['may', 'gone'].includes(expectations.all.get(key)?.becomes ?? '');
  const mayBeOpen = (key: string) => expected.has(key) || expectations.all.get(key)?.becomes === 'may';
  const openNow = [...desk.values()].filter(isOpen).map(keyOfAlert);
  return [
    ...new Set([
      ...shown.map(({ key }) => key).filter((key) => !mayShow(key)),
      ...openNow.filter((key) => !mayBeOpen(key)),
    ]),
  ];
}

function shownTwice(shown: readonly Shown[]): string[] {
  const once = new Set<string>();
  return shown.flatMap(({ alertId, key }) => {
    if (once.has(alertId)) return [key];
    once.add(alertId);
    return [];
  });
}

/** What time alone decided has no words to be ordered by. */
function outOfOrder({ shown, expectations }: Seen): string[] {
  const latest = new Map<string, number>();
  return shown.flatMap(({ key }) => {
    const expected = expectations.all.get(key);
    if (expected?.becomes !== 'stands' || expected.rule === 'planted-missing') return [];
    const before = latest.get(expected.conversationId) ?? 0;
    latest.set(expected.conversationId, Math.max(before, expected.order));
    return expected.order < before ? [key] : [];
  });
}

function deadLettersWrong({ log, conflicts }: Seen): string[] {
  const missing = [...conflicts].filter((place) => log.deadLetters.get(place) !== 'conflict');
  const strange = [...log.deadLetters]
    .filter(([, reason]) => reason !== 'conflict')
    .map(([place, reason]) => `${place} ${reason}`);
  return [...missing.map((place) => `${place} missing`), ...strange];
}
