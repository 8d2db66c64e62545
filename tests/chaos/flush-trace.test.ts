import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@earshot/client';
import { expect, test } from 'vitest';
import { freePorts, startProduct } from '../load/product.js';
import { tempFolder } from '../load/temp-folder.js';
import { bundlePreload } from './preload.js';
import { answeredTooEarly, straceThere, straceTo } from './trace.js';

const RULES = fileURLToPath(new URL('../load/rules/first', import.meta.url));
const IDS = Array.from({ length: 20 }, (_, i) => `traced-${String(i).padStart(4, '0')}-event`);

/** Sends one event after the other to the real, traced process; answers with the trace. */
async function traced(preload?: string): Promise<string> {
  const { dir, remove } = tempFolder('trace');
  const out = join(dir, 'trace');
  const under = straceTo(out);
  const product = startProduct({
    dataDir: join(dir, 'data'),
    rulesDir: RULES,
    port: await freePorts(),
    preload,
    under,
  });
  try {
    const { grpcAddress, pid } = await product.ready;
    const client = createClient({ address: grpcAddress, source: 'voice' });
    const stream = client.stream();
    for (const eventId of IDS) {
      const result = await stream.send({
        conversationId: 'traced',
        eventId,
        atMs: Date.now(),
        body: { kind: 'metadata', fields: { order: eventId.slice(7, 11) } },
      });
      expect(result).toMatchObject({ ok: true, eventId });
    }
    await client.close();
    process.kill(pid, 'SIGTERM');
    await product.ended;
    return readFileSync(out, 'utf8');
  } finally {
    await product.kill();
    remove();
  }
}

const name = straceThere ? '' : ' (skipped: strace is missing)';

test.skipIf(!straceThere)(`no acknowledgement leaves the process before the flush that covers it${name}`, async () => {
  const trace = await traced();
  expect(answeredTooEarly(trace, IDS)).toEqual([]);
  expect(answeredTooEarly(trace.replaceAll(/^.*fdatasync.*$/gm, ''), IDS)).toEqual(IDS);
});

test.skipIf(!straceThere)(`the trace shows it when acknowledgements leave before the flush${name}`, async () => {
  const wrong = await bundlePreload('wrong/ack-before-flush');
  try {
    expect(answeredTooEarly(await traced(wrong.program), IDS).length).toBeGreaterThan(IDS.length / 2);
  } finally {
    wrong.remove();
  }
});
