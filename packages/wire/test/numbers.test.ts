import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBytes, type MessageCodec } from '../src/codec.js';
import { ConversationEvent } from '../src/gen/earshot/v1/event.js';

const alone: MessageCodec<number> = {
  encode: (value, writer) => writer.int64(value),
  decode: (reader) => Number(reader.int64()),
};
const AT_MS = 3;
const bytesOf = (value: bigint) => new BinaryWriter().int64(value).finish();

it('every safe whole number comes back as it went out, whatever its length', () => {
  const lengths = fc.integer({ min: 0, max: 53 }).map((bits) => 2 ** bits - 1);
  const numbers = fc.oneof(lengths, fc.maxSafeInteger());
  fc.assert(
    fc.property(numbers, (value) => fromBytes(alone, bytesOf(BigInt(value))) === value),
    { numRuns: 2_000 },
  );
  fc.assert(fc.property(lengths, (value) => fromBytes(alone, bytesOf(BigInt(-value))) === (0 - value || 0)));
});

it.each([2n ** 53n, 2n ** 56n - 1n, 2n ** 62n, -(2n ** 53n)])('%s, which a number cannot hold, is refused', (value) => {
  const tag = new BinaryWriter().tag(AT_MS, 0).finish();
  const bytes = Buffer.concat([tag, bytesOf(value)]);
  expect(() => fromBytes(ConversationEvent, bytes)).toThrowError(expect.objectContaining({ code: 'undecodable' }));
});

it('a number that is cut short is refused', () => {
  const bytes = bytesOf(2n ** 40n);
  for (let length = 0; length < bytes.length; length++)
    expect(() => fromBytes(alone, bytes.subarray(0, length))).toThrowError(
      expect.objectContaining({ code: 'undecodable' }),
    );
});
