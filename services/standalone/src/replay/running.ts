import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EarshotError } from '@earshot/model';
import { TOPICS } from '@earshot/wire';
import { counterValue } from './counters.js';
import type { ReplayOptions } from './options.js';
import type { ReplayTarget, Told } from './target.js';

const LIMIT = 1_000;
const ASK_EVERY_MS = 200;
/** Others may be talking to the instance too, so its topics need not come to rest. */
const QUIET_AT_LATEST_MS = 5_000;
const SEEN = ['earshot_events_inspected_total', 'earshot_events_repeated_total'];

interface Instance {
  consoleUrl: string;
  adminToken: string;
}

interface Page {
  partitions: number;
  next: number;
  end: number;
  records: { timestampMs: number; value: unknown }[];
}

/**
 * A running instance. What came of the replay is read through its operator's routes, so its data folder must be at
 * hand: throws `instance-unknown` (exit code 1) where it is not.
 */
export async function runningTarget(
  options: ReplayOptions & { to: string },
  stopping: AbortSignal,
): Promise<ReplayTarget> {
  const instance = readInstance(options.dataDir);
  const ask = async (path: string) => {
    const headers = { authorization: `Bearer ${instance.adminToken}` };
    const answer = await fetch(new URL(path, instance.consoleUrl), { headers, redirect: 'error' });
    if (answer.ok) return answer;
    throw new EarshotError('instance-refused', `the running instance answered ${answer.status}`, {
      detail: { exitCode: 1 },
    });
  };
  const page = async (topic: string, partition: number, from?: number): Promise<Page> => {
    const query = new URLSearchParams({ partition: String(partition), limit: String(from === undefined ? 1 : LIMIT) });
    if (from !== undefined) query.set('from', String(from));
    return (await ask(`/v1/admin/topics/${topic}?${query}`)).json() as Promise<Page>;
  };
  const ends = async (topic: string): Promise<number[]> => {
    const first = await page(topic, 0);
    const others = Array.from({ length: first.partitions - 1 }, (_, i) => page(topic, i + 1));
    return [first.end, ...(await Promise.all(others)).map(({ end }) => end)];
  };
  const counters = async () => {
    const text = await (await ask('/metrics')).text();
    return SEEN.map((name) => counterValue(text, name));
  };
  const read = async function* <Message>(topic: string): AsyncGenerator<Told<Message>> {
    for (const [partition, start] of (begin.get(topic) ?? []).entries()) {
      for (let from = start; ; ) {
        const { records, next, end } = await page(topic, partition, from);
        for (const { timestampMs, value } of records) yield { timestampMs, message: value as Message };
        if (next >= end || next === from) break;
        from = next;
      }
    }
  };

  const begin = new Map<string, number[]>();
  for (const topic of [TOPICS.cases, TOPICS.alerts, TOPICS.deadLetters]) begin.set(topic, await ends(topic));
  const before = await counters();
  return {
    grpcAddress: options.to,
    async settled(events) {
      const judged = async () => (await counters()).reduce((sum, count, i) => sum + count - (before[i] ?? 0), 0);
      while (!stopping.aborted && (await judged()) < events) await pause(ASK_EVERY_MS);
      const quietBy = performance.now() + QUIET_AT_LATEST_MS;
      for (let last = ''; !stopping.aborted && performance.now() < quietBy; ) {
        const now = JSON.stringify([await ends(TOPICS.cases), await ends(TOPICS.alerts)]);
        if (now === last) return;
        last = now;
        await pause(2 * ASK_EVERY_MS);
      }
    },
    cases: () => read(TOPICS.cases),
    alerts: () => read(TOPICS.alerts),
    deadLetters: () => read(TOPICS.deadLetters),
    repeated: async () => ((await counters())[1] ?? 0) - (before[1] ?? 0),
  };
}

function readInstance(dataDir: string): Instance {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as Instance;
  } catch {
    const message = `no running instance in ${dataDir}; give its folder with --data-dir to see what came of the replay`;
    throw new EarshotError('instance-unknown', message, { detail: { exitCode: 1 } });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
