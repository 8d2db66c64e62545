import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBytes, type MessageCodec } from '../src/codec.js';

/** Strings one behind the other, to the end of the bytes. */
const strings: MessageCodec<string[]> = {
  encode: (values, writer) => values.reduce((sofar, value) => sofar.string(value), writer),
  decode: (reader) => {
    const values: string[] = [];
    while (reader.pos < reader.len) values.push(reader.string());
    return values;
  },
};
const bytesOf = (values: string[]) => strings.encode(values, new BinaryWriter()).finish();
/** So much that names are remembered, whatever stands before. */
const LONG = 'x'.repeat(4_096);

it('a long message says the same names as a short one, however alike they are', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '客', '服', '😀'), maxLength: 12 });
  const names = fc.array(letters, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(names, (said) => {
      expect(fromBytes(strings, bytesOf([...said, LONG]))).toEqual([...said, LONG]);
    }),
    { numRuns: 500 },
  );
});

it('names that differ only in their middle, or only in length, stay apart', () => {
  const said = ['agent-1-z', 'agent-2-z', 'agent-1-z', 'az', 'aaz', '', 'a', '', 'a'.repeat(32), 'a'.repeat(33)];
  expect(fromBytes(strings, bytesOf([LONG, ...said, ...said]))).toEqual([LONG, ...said, ...said]);
});

it('a known name that is cut short, or is no text, is refused', () => {
  const bytes = bytesOf([LONG, 'customer', 'customer']);
  const refused = expect.objectContaining({ code: 'undecodable' });
  for (let cut = 1; cut <= 8; cut++) {
    expect(() => fromBytes(strings, bytes.subarray(0, bytes.length - cut))).toThrowError(refused);
  }
  const broken = Buffer.concat([bytesOf([LONG, 'ab']), Buffer.from([2, 0xff, 0xfe]), Buffer.from([2, 0xff, 0xfe])]);
  expect(() => fromBytes(strings, broken)).toThrowError(refused);
});
