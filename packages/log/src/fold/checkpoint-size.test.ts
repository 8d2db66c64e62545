import { expect, test } from 'vitest';
import type { LogRecord } from '../port.js';
import { readMark } from './commit-metadata.js';
import { PartitionFold } from './partition-fold.js';
import type { Decoded, FoldDefinition, FoldFact } from './types.js';

const BYTES_A_RECORD = 40;
const own = new Map<string, FoldFact>();

/** States that grow with each record, and facts of the fold that travel by their name. */
const growing: FoldDefinition<{ bytes: number }, string> = {
  service: 'growing',
  engine: 'growing/1',
  stateSchemas: [1],
  decode({ key, value }): Decoded<string> {
    const fact = own.get(Buffer.from(value).toString());
    if (!fact) return { kind: 'fact', key, fact: 'said' };
    return fact.kind === 'takeover' ? fact : { ...fact, key };
  },
  encode: () => new Uint8Array(),
  opens: () => true,
  open: () => ({ bytes: 0 }),
  apply(state) {
    state.bytes += BYTES_A_RECORD;
    return { kind: 'inspected' };
  },
  reachTime: () => ({ kind: 'repeated' }),
  nextTime: () => undefined,
  closeAfterMs: () => Number.MAX_SAFE_INTEGER,
  emit: () => [],
  saveState: ({ bytes }) => new Uint8Array(bytes),
  loadState: ({ length }) => ({ bytes: length }),
};

test('long conversations write checkpoints no larger than what was said, and the bound on reading again holds', () => {
  const maxRefold = 20_000;
  const fold = new PartitionFold(growing, { owner: 'one', first: 0, maxRefold });
  const waiting: { key: string; fact: FoldFact }[] = [];
  let offset = 0;
  let said = 0;
  let checkpointBytes = 0;
  const read = (key: string, value: string) => {
    const record: LogRecord = {
      topic: 'in',
      partition: 0,
      offset: offset++,
      key,
      value: Buffer.from(value),
      timestampMs: 1_000_000 + offset,
    };
    take(fold.onRecord(record));
  };
  const take = (effects: ReturnType<typeof fold.onRecord>) => {
    for (const effect of effects) if (effect.kind === 'append-own') waiting.push(effect);
  };
  take(fold.begin());
  while (said < 90_000) {
    for (const { key, fact } of waiting.splice(0)) {
      own.set(`own-${offset}`, fact);
      // Only once conversations have become long.
      if (fact.kind === 'checkpoint' && said > 60_000) checkpointBytes += fact.checkpoint.state.length;
      read(key, `own-${offset}`);
    }
    for (let i = 0; i < 100; i++) read(`c${said++ % 100}`, 'said');
    take(fold.onClock(1_000_000 + offset, 1_000));
    const point = fold.commitPoint();
    if (point) expect(point.offset - (readMark(point.metadata) ?? 0)).toBeLessThanOrEqual(maxRefold);
  }
  expect(checkpointBytes).toBeGreaterThan(0);
  expect(checkpointBytes / 30_000).toBeLessThan(400);
});
