import { existsSync } from 'node:fs';
import { startKafkaBroker } from '@earshot/log/kafka-broker';
import { describe, expect, test, vi } from 'vitest';
import { bundleChild, startChild } from '../../packages/log/src/testing/child.js';
import { kafkaSuite } from './support.js';

const { title, skip } = await kafkaSuite('a Kafka for tests', 'full');
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 40_000, interval: 20 });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(skip)(title, () => {
  test('server and data are gone when whoever started it is killed', async () => {
    const program = await bundleChild(new URL('./children/broker-owner.ts', import.meta.url));
    const owner = startChild(process.execPath, [program.program]);
    try {
      await until(() => owner.lines.length > 0);
      const { pid, folder } = JSON.parse(owner.lines[0] ?? '{}') as { pid: number; folder: string };
      expect(isRunning(pid) && existsSync(folder)).toBe(true);
      owner.process.kill('SIGKILL');
      await until(() => !isRunning(pid) && !existsSync(folder));
    } finally {
      owner.process.kill('SIGKILL');
      program.remove();
    }
  });

  test('a server that dies while it starts is said at once, not after the time that a start may take', async () => {
    const broker = await startKafkaBroker();
    try {
      await broker.kill();
      const starting = broker.start();
      starting.catch(() => undefined);
      await until(() => broker.pid() > 0);
      process.kill(broker.pid(), 'SIGKILL');
      await expect(starting).rejects.toMatchObject({ code: 'kafka-failed' });
    } finally {
      await broker.stop();
    }
  }, 40_000);
});
