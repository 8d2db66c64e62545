import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleChild } from '../testing/child.js';

const traced = spawnSync('strace', ['-V']).status === 0;

/**
 * Numbers acknowledged without all of: data written to the file, that data flushed, and then the page that makes it
 * count written through a descriptor that flushes by itself (O_DSYNC), in this order since the number was sent.
 */
function unflushedAcks(trace: string): string[] {
  const through = new Set([...trace.matchAll(/openat\(.*log\.mdb", [A-Z_|]*O_DSYNC.*= (\d+)</g)].map(([, fd]) => fd));
  const unflushed: string[] = [];
  let step: 'nothing' | 'written' | 'flushed' | 'durable' = 'nothing';
  for (const line of trace.split('\n')) {
    const write = /(?:pwrite64|pwritev|writev)\((\d+)<.*log\.mdb>/.exec(line);
    if (write && !through.has(write[1])) step = 'written';
    else if (write && step === 'flushed') step = 'durable';
    else if (/fdatasync.*= 0$/.test(line) && step === 'written') step = 'flushed';
    else if (/write\(1.*"send /.test(line)) step = 'nothing';
    const ack = /write\(1.*"ack (\d+) /.exec(line)?.[1];
    if (ack !== undefined && step !== 'durable') unflushed.push(ack);
  }
  return unflushed;
}

test.skipIf(!traced)(
  `no append resolves before its flush${traced ? '' : ' (skipped: strace is missing)'}`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
    const appender = await bundleChild(new URL('./children/appender.ts', import.meta.url));
    try {
      const out = join(dir, 'trace');
      const calls = 'trace=openat,fdatasync,fsync,msync,pwrite64,pwritev,write,writev';
      const command = ['-f', '-y', '-o', out, '-e', calls, process.execPath, appender.program, join(dir, 'log')];
      const run = spawnSync('strace', [...command, 'run', '1', '40'], { encoding: 'utf8', timeout: 30_000 });
      expect(run.stdout).toContain('ack 39 9');
      const trace = readFileSync(out, 'utf8');
      expect(unflushedAcks(trace)).toEqual([]);

      const withoutFlush = trace.replaceAll(/^.*fdatasync.*$/gm, '');
      expect(unflushedAcks(withoutFlush)).toHaveLength(40);
      const lines = trace.split('\n');
      const send = lines.findIndex((line) => line.includes('"send 5'));
      const early = lines.find((line) => line.includes('"ack 5 ')) ?? '';
      expect(unflushedAcks([...lines.slice(0, send + 1), early, ...lines.slice(send + 1)].join('\n'))).toEqual(['5']);
    } finally {
      appender.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  },
  60_000,
);
