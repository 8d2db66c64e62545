import type { Instance } from '../load/product.js';

/** What the warehouse holds of the load: rows under FINAL, and how many names they have. */
export interface RowCounts {
  utterances: number;
  utteranceNames: number;
  /** Sums over all rows tell other content under the same names. */
  utteranceRevisions: number;
  withdrawn: number;
  facts: number;
  factNames: number;
  alerts: number;
  alertNames: number;
  openAlerts: number;
  deadLetters: number;
}

const SQL = `
SELECT
  (SELECT count() FROM earshot.utterances FINAL) AS utterances,
  (SELECT uniqExact(conversation_id, leg, segment) FROM earshot.utterances) AS utteranceNames,
  (SELECT sum(revision) FROM earshot.utterances FINAL) AS utteranceRevisions,
  (SELECT countIf(withdrawn) FROM earshot.utterances FINAL) AS withdrawn,
  (SELECT count() FROM earshot.conversation_facts FINAL) AS facts,
  (SELECT uniqExact(conversation_id, event_id) FROM earshot.conversation_facts) AS factNames,
  (SELECT count() FROM earshot.alerts FINAL) AS alerts,
  (SELECT uniqExact(alert_id) FROM earshot.alerts) AS alertNames,
  (SELECT countIf(state IN ('raised', 'claimed')) FROM earshot.alerts FINAL) AS openAlerts,
  (SELECT uniqExact(id) FROM earshot.dead_letters) AS deadLetters`;

/** Through the running product, as an operator would ask; undefined while its analysis is not open. */
export async function readRows({ consoleUrl, adminToken }: Instance): Promise<RowCounts | undefined> {
  const answer = await fetch(`${consoleUrl}/v1/admin/sql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sql: SQL }),
  });
  if (answer.status === 503 || answer.status === 409 || answer.status === 429) return undefined;
  const body = (await answer.json()) as { rows?: Record<string, unknown>[]; code?: string; message?: string };
  const [row] = body.rows ?? [];
  if (!row) {
    if (body.code === 'analysis-off') return undefined;
    throw new Error(`the warehouse answered ${answer.status}: ${body.code} ${body.message}`);
  }
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as unknown as RowCounts;
}

/** The rows that the log's records ask for. */
export class WantedRows {
  readonly #utterances = new Map<string, { rank: number; revision: number }>();
  readonly #facts = new Set<string>();
  readonly #alerts = new Map<string, { open: boolean; version: number }>();
  readonly #deadLetters = new Set<string>();

  utterance(name: string, revision: number, rank: 'open' | 'final' | 'withdrawn'): void {
    const place = { open: 0, final: 1, withdrawn: 2 }[rank];
    const before = this.#utterances.get(name);
    if (before && (before.rank > place || (before.rank === place && before.revision >= revision))) return;
    this.#utterances.set(name, { rank: place, revision });
  }

  fact(name: string): void {
    this.#facts.add(name);
  }

  alert(id: string, open: boolean, version: number): void {
    if ((this.#alerts.get(id)?.version ?? -1) < version) this.#alerts.set(id, { open, version });
  }

  deadLetter(id: string): void {
    this.#deadLetters.add(id);
  }

  counts(): RowCounts {
    const said = [...this.#utterances.values()];
    return {
      utterances: said.length,
      utteranceNames: said.length,
      utteranceRevisions: said.reduce((sum, { revision }) => sum + revision, 0),
      withdrawn: said.filter(({ rank }) => rank === 2).length,
      facts: this.#facts.size,
      factNames: this.#facts.size,
      alerts: this.#alerts.size,
      alertNames: this.#alerts.size,
      openAlerts: [...this.#alerts.values()].filter(({ open }) => open).length,
      deadLetters: this.#deadLetters.size,
    };
  }
}

/** What differs, as one sentence each. */
export function differences(found: RowCounts, wanted: RowCounts): string[] {
  return Object.entries(wanted).flatMap(([name, count]) => {
    const has = found[name as keyof RowCounts];
    return has === count ? [] : [`${name} ${has}, the log asks for ${count}`];
  });
}
