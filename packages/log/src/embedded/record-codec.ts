import { crc32 } from 'node:zlib';
import type { LogRecord, RecordHeaders } from '../port.js';

/*
 * One stored record: crc32 (u32) of all that follows, log time in ms (f64), length of the key (u32), key, value.
 * With the highest bit of the key's length set, headers stand before the value: length of all of them (u32), then name
 * and value of each, each behind its length (u32).
 * LMDB has no checksum of its own, so a page that went bad on the disk would otherwise be read as words somebody said.
 */
const TIME_AT = 4;
const KEY_LENGTH_AT = 12;
const HEAD_BYTES = 16;
const HAS_HEADERS = 0x8000_0000;
const LENGTH_BYTES = 4;

/** Copies key, value and headers, so that the caller's buffers are free again; `stampRecord` completes it. */
export function encodeRecord(key: string, value: Uint8Array, headers?: RecordHeaders): Buffer {
  const keyBytes = Buffer.byteLength(key, 'utf8');
  const block = headers && headers.size > 0 ? encodeHeaders(headers) : undefined;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + keyBytes + (block?.length ?? 0) + value.length);
  bytes.writeUInt32BE(block ? keyBytes + HAS_HEADERS : keyBytes, KEY_LENGTH_AT);
  bytes.write(key, HEAD_BYTES, 'utf8');
  if (block) bytes.set(block, HEAD_BYTES + keyBytes);
  bytes.set(value, bytes.length - value.length);
  return bytes;
}

/** The log time is known only when the record is written. */
export function stampRecord(bytes: Buffer, timestampMs: number): void {
  bytes.writeDoubleBE(timestampMs, TIME_AT);
  bytes.writeUInt32BE(crc32(bytes.subarray(TIME_AT)), 0);
}

/** Undefined if the bytes are not what was written. */
export function decodeRecord(topic: string, partition: number, offset: number, bytes: Buffer): LogRecord | undefined {
  if (bytes.length < HEAD_BYTES || crc32(bytes.subarray(TIME_AT)) !== bytes.readUInt32BE(0)) return undefined;
  const key = bytes.toString('utf8', HEAD_BYTES, keyEnd(bytes));
  return { topic, partition, offset, key, timestampMs: timestampOf(bytes), ...contentOf(bytes) };
}

/** Value and headers of a whole record, as windows on its bytes. */
export function contentOf(bytes: Buffer): Pick<LogRecord, 'value' | 'headers'> {
  const at = keyEnd(bytes);
  if (bytes.readUInt32BE(KEY_LENGTH_AT) < HAS_HEADERS) return { value: bytes.subarray(at) };
  const valueAt = at + LENGTH_BYTES + bytes.readUInt32BE(at);
  return { value: bytes.subarray(valueAt), headers: decodeHeaders(bytes.subarray(at + LENGTH_BYTES, valueAt)) };
}

export function timestampOf(bytes: Buffer): number {
  return bytes.readDoubleBE(TIME_AT);
}

function keyEnd(bytes: Buffer): number {
  return HEAD_BYTES + (bytes.readUInt32BE(KEY_LENGTH_AT) & ~HAS_HEADERS);
}

function encodeHeaders(headers: RecordHeaders): Buffer {
  const parts = [...headers].flatMap(([name, value]) => [Buffer.from(name, 'utf8'), value]).map(withLength);
  return withLength(Buffer.concat(parts));
}

function withLength(part: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + part.length);
  bytes.writeUInt32BE(part.length, 0);
  bytes.set(part, LENGTH_BYTES);
  return bytes;
}

function decodeHeaders(block: Buffer): RecordHeaders {
  const headers = new Map<string, Uint8Array>();
  let at = 0;
  const next = () => {
    const from = at + LENGTH_BYTES;
    at = from + block.readUInt32BE(at);
    return block.subarray(from, at);
  };
  while (at < block.length) headers.set(next().toString('utf8'), next());
  return headers;
}
