import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@earshot/log';
import { type EmbeddedLog, openEmbeddedLog } from '@earshot/log/embedded';
import { TOPICS } from '@earshot/wire';
import { expect, test } from 'vitest';
import { factsOn, hearInbound, INBOUND_TOPICS, publish, segmentOf, until, words } from './testing/inbound.js';
import { describeInboundKills } from './testing/inbound-kills.js';
import { describeInbound } from './testing/inbound-suite.js';

const open = (dir: string) => openEmbeddedLog({ dir, topics: INBOUND_TOPICS });
const folder = () => mkdtempSync(join(tmpdir(), 'ingest-inbound-'));

describeInbound('embedded', async () => {
  const dir = folder();
  const made = {
    log: (await open(dir)) as Log,
    reopen: async () => {
      await made.log.close();
      made.log = await open(dir);
      return made.log;
    },
    destroy: async () => {
      await made.log.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return made;
});

describeInboundKills('embedded', [1, 700, 40, 600], async () => {
  const dir = folder();
  return {
    at: { dir },
    open: () => open(dir),
    remove: async () => rmSync(dir, { recursive: true, force: true }),
  };
});

test('what the topic no longer held when it was to be read is counted, and reading goes on', async () => {
  const dir = folder();
  const log: EmbeddedLog = await open(dir);
  const first = await hearInbound(log);
  try {
    await publish(log, [words(0)]);
    await until(async () => (await factsOn(log)).length === 1);
    await first.close();
    await publish(log, [words(1), words(2), words(3)]);
    await log.truncate(TOPICS.inbound, log.partitionOf(TOPICS.inbound, 'c1'), 3);
    const second = await hearInbound(log);
    try {
      await until(async () => (await factsOn(log)).length === 2);
      expect((await factsOn(log)).map(segmentOf)).toEqual([0, 3]);
      expect(await second.figure('earshot_inbound_troubles_total')).toBe(2);
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
    await log.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
