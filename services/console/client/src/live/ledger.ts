import { type Alert, compareVersions } from '@earshot/model/alert';
import { isFinalState } from '@earshot/model/vocabulary';
import type { Mark } from './state.js';

/** Synchronous and durable for the browser profile. `set` throws when the store is full. */
export interface KeyValue {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

export interface Entry {
  alertId: string;
  mark: Mark;
  /** Absent once the alert is over: only its version is kept, so that nothing old comes back to life. */
  alert?: Alert;
  atMs: number;
}

const ROOT = 'earshot:live:';
const TOMBSTONES_KEPT_MS = 24 * 3_600_000;

/** Tabs write in any order: nothing that one of them has done or seen is ever undone by another that lags. */
function merged(stored: Mark | undefined, mark: Mark): Mark {
  if (!stored) return mark;
  const version = compareVersions(stored.version, mark.version) > 0 ? stored.version : mark.version;
  return { ...definite(stored), ...definite(mark), version };
}

function definite(mark: Mark): Partial<Mark> {
  return Object.fromEntries(Object.entries(mark).filter(([, value]) => value !== undefined && value !== false));
}

/** What one person's browser remembers of one view; shared by all of that person's tabs. */
export function createLedger(storage: KeyValue, person: { staffNumber: string; view: string }, now: () => number) {
  const own = `${ROOT}${person.staffNumber}:${person.view}:`;
  const alertKey = (alertId: string) => `${own}a:${alertId}`;
  const cursorKey = `${own}cursor`;

  function write(entry: Entry): void {
    const value = JSON.stringify(entry);
    try {
      storage.set(alertKey(entry.alertId), value);
    } catch {
      // Full: make room by dropping what is over. A second refusal is the caller's to tell.
      prune(0);
      storage.set(alertKey(entry.alertId), value);
    }
  }

  function parse(key: string): Entry | undefined {
    const text = storage.get(key);
    if (text === undefined) return undefined;
    try {
      const entry = JSON.parse(text) as Entry;
      return typeof entry.mark?.version?.offset === 'number' ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  function prune(keepMs: number): void {
    for (const key of storage.keys()) {
      if (!key.startsWith(`${own}a:`)) continue;
      const entry = parse(key);
      if (!entry || (!entry.alert && now() - entry.atMs >= keepMs)) storage.remove(key);
    }
  }

  return {
    alertIdOf: (key: string) => (key.startsWith(`${own}a:`) ? key.slice(own.length + 2) : undefined),
    read: (alertId: string) => parse(alertKey(alertId)),

    storeAlert(alert: Alert, mark: Mark): void {
      const stored = parse(alertKey(alert.id));
      const entry: Entry = { alertId: alert.id, mark: merged(stored?.mark, mark), atMs: now() };
      const newest = stored && compareVersions(stored.mark.version, mark.version) > 0 ? stored.alert : alert;
      write(newest && !isFinalState(newest.state) ? { ...entry, alert: newest } : entry);
    },

    /** `gone`: the alert no longer stands, only the mark stays. */
    storeMark(alertId: string, mark: Mark, gone: boolean): void {
      const stored = parse(alertKey(alertId));
      const entry: Entry = { alertId, mark: merged(stored?.mark, mark), atMs: now() };
      write(stored?.alert && !gone ? { ...entry, alert: stored.alert } : entry);
    },

    storeCursor: (cursor: string) => storage.set(cursorKey, cursor),
    forgetCursor: () => storage.remove(cursorKey),

    /** Everything of this person; other people's entries are wiped first, for seats are shared. */
    load(): { alerts: Entry[]; cursor?: string } {
      for (const key of storage.keys()) {
        if (key.startsWith(ROOT) && !key.startsWith(`${ROOT}${person.staffNumber}:`)) storage.remove(key);
      }
      prune(TOMBSTONES_KEPT_MS);
      const alerts: Entry[] = [];
      for (const key of storage.keys()) {
        const entry = key.startsWith(`${own}a:`) ? parse(key) : undefined;
        if (entry) alerts.push(entry);
      }
      const cursor = storage.get(cursorKey);
      return cursor === undefined ? { alerts } : { alerts, cursor };
    },

    wipe(): void {
      for (const key of storage.keys()) if (key.startsWith(ROOT)) storage.remove(key);
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
