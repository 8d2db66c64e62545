import { expect, test } from 'vitest';
import { decodeStatus, encodeStatus, retryInfo } from '../src/index.js';

// What `buf convert` made of the JSON form of google.rpc.Status: two details of the type google.protobuf.StringValue.
const KNOWN =
  '08031203e994991a360a2f747970652e676f6f676c65617069732e636f6d2f676f6f676c652e70726f746f6275662e537472696e6756616c7565' +
  '12030a01611a360a2f747970652e676f6f676c65617069732e636f6d2f676f6f676c652e70726f746f6275662e537472696e6756616c756512030a0162';
const detail = (letter: string) => ({
  message: 'google.protobuf.StringValue',
  bytes: new Uint8Array([0x0a, 1, letter.charCodeAt(0)]),
});
const STATUS = { code: 3, message: '错', details: [detail('a'), detail('b')] };

test('a status is written as every gRPC library reads it', () => {
  expect(Buffer.from(encodeStatus(STATUS)).toString('hex')).toBe(KNOWN);
});

test('a status of others is read, whatever host names the type, and fields of later versions are passed over', () => {
  const bytes = Buffer.from(KNOWN, 'hex');
  const read = ({ details, ...rest }: ReturnType<typeof decodeStatus>) => ({
    ...rest,
    details: details.map((one) => ({ ...one, bytes: new Uint8Array(one.bytes) })),
  });
  expect(read(decodeStatus(bytes))).toEqual(STATUS);
  const elsewhere = Buffer.from(
    bytes.toString('latin1').replaceAll('type.googleapis.com', 'types.elsewhere.com'),
    'latin1',
  );
  expect(read(decodeStatus(elsewhere))).toEqual(STATUS);
  expect(read(decodeStatus(Buffer.concat([bytes, Buffer.from([0x20, 0x05])])))).toEqual(STATUS);
});

test('what is no status is refused', () => {
  expect(() => decodeStatus(Buffer.from(KNOWN.slice(0, -4), 'hex'))).toThrow(
    expect.objectContaining({ code: 'undecodable' }),
  );
});

test('a hint when to come back is written as every gRPC library reads it', () => {
  const hex = (ms: number) => Buffer.from(retryInfo(ms).bytes).toString('hex');
  expect(retryInfo(5_000).message).toBe('google.rpc.RetryInfo');
  // retry_delay: { seconds: 5 }; { seconds: 1, nanos: 500,000,000 }; {}.
  expect([hex(5_000), hex(1_500), hex(0)]).toEqual(['0a020805', '0a0808011080cab5ee01', '0a00']);
});
