import type { Alert, AlertRecord } from '@earshot/model';
import type { Product } from './product.js';

type At = Pick<Product, 'consoleUrl' | 'adminToken'>;

export interface TopicRecord {
  partition: number;
  offset: number;
  key: string;
  value?: unknown;
  unreadable?: string;
}

/** Everything a topic holds, through the operator's route. */
export async function readTopic(product: At, topic: string): Promise<TopicRecord[]> {
  const all: TopicRecord[] = [];
  await eachRecord(product, topic, (record) => all.push(record));
  return all;
}

/** The same, a page at a time: for topics that are too large to be held. */
export async function eachRecord(product: At, topic: string, take: (record: TopicRecord) => unknown): Promise<void> {
  let partitions = 1;
  for (let partition = 0; partition < partitions; partition += 1) {
    for (let from = 0, end = 1; from < end; ) {
      const page = await readPage(product, topic, { partition, from, limit: 1000 });
      ({ partitions, end } = page);
      from = page.next;
      for (const record of page.records) take(record);
    }
  }
}

/** Offset of the next record of each partition. */
export async function readEnds(product: At, topic: string): Promise<number[]> {
  const ends: number[] = [];
  for (let partition = 0, partitions = 1; partition < partitions; partition += 1) {
    const page = await readPage(product, topic, { partition, from: BEYOND, limit: 1 });
    ({ partitions } = page);
    ends.push(page.end);
  }
  return ends;
}

/** Behind the end of every partition. */
const BEYOND = 2 ** 48;

interface Page {
  partitions: number;
  next: number;
  end: number;
  records: TopicRecord[];
}

async function readPage(
  product: At,
  topic: string,
  { partition, from, limit }: { partition: number; from: number; limit: number },
): Promise<Page> {
  const query = `partition=${partition}&from=${from}&limit=${limit}`;
  const answer = await fetch(`${product.consoleUrl}/v1/admin/topics/${topic}?${query}`, { headers: bearer(product) });
  if (!answer.ok) throw new Error(`topic ${topic} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Page;
}

/** Puts these rules alone into force. */
export async function publishRules(product: At, file: string): Promise<void> {
  const answer = await fetch(`${product.consoleUrl}/v1/rules/publish`, {
    method: 'POST',
    headers: { ...bearer(product), 'content-type': 'application/json' },
    body: JSON.stringify({ files: { 'rules.yaml': file } }),
  });
  if (!answer.ok) throw new Error(`publishing answered ${answer.status}: ${await answer.text()}`);
}

/** The last state of every alert of this conversation (or of all), by id. */
export async function readAlerts(product: At, conversationId?: string): Promise<Map<string, Alert>> {
  const alerts = new Map<string, Alert>();
  for (const { value } of await readTopic(product, 'alerts')) {
    const record = value as AlertRecord;
    const told = record.kind === 'alert' ? [record.alert] : record.list.alerts;
    for (const alert of told)
      if (conversationId === undefined || alert.conversationId === conversationId) alerts.set(alert.id, alert);
  }
  return alerts;
}

/** Figures by name and labels as they stand on `/metrics`. */
export async function readFigures(product: At): Promise<Map<string, number>> {
  const answer = await fetch(`${product.consoleUrl}/metrics`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** Events by their fate; `open` is what no counter has claimed yet. */
export async function readFates(product: At) {
  const figures = await readFigures(product);
  const sum = (name: string) =>
    [...figures].reduce((total, [key, value]) => (key.startsWith(name) ? total + value : total), 0);
  const received = sum('earshot_events_received_total');
  const inspected = sum('earshot_events_inspected_total');
  const repeated = sum('earshot_events_repeated_total');
  const notInspected = sum('earshot_events_not_inspected_total');
  return { received, inspected, repeated, notInspected, open: received - inspected - repeated - notInspected };
}

export async function runSql(product: At, sql: string): Promise<unknown[]> {
  const answer = await fetch(`${product.consoleUrl}/v1/admin/sql`, {
    method: 'POST',
    headers: { ...bearer(product), 'content-type': 'application/json' },
    body: JSON.stringify({ sql }),
  });
  if (!answer.ok) throw new Error(`SQL answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { rows: unknown[] }).rows;
}

const bearer = ({ adminToken }: At) => ({ authorization: `Bearer ${adminToken}` });
