import { crc32 } from 'node:zlib';
import type { LogRecord } from '../port.js';

/*
 * One stored record: crc32 (u32) of all that follows, log time in ms (f64), length of the key (u32), key, value.
 * LMDB has no checksum of its own, so a page that went bad on the disk would otherwise be read as words somebody said.
 */
const TIME_AT = 4;
const KEY_LENGTH_AT = 12;
const HEAD_BYTES = 16;

/** Copies key and value, so that the caller's buffer is free again; `stampRecord` completes it. */
export function encodeRecord(key: string, value: Uint8Array): Buffer {
  const keyBytes = Buffer.byteLength(key, 'utf8');
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + keyBytes + value.length);
  bytes.writeUInt32BE(keyBytes, KEY_LENGTH_AT);
  bytes.write(key, HEAD_BYTES, 'utf8');
  bytes.set(value, HEAD_BYTES + keyBytes);
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
  const valueAt = HEAD_BYTES + bytes.readUInt32BE(KEY_LENGTH_AT);
  return {
    topic,
    partition,
    offset,
    key: bytes.toString('utf8', HEAD_BYTES, valueAt),
    value: bytes.subarray(valueAt),
    timestampMs: bytes.readDoubleBE(TIME_AT),
  };
}

export function valuePart(bytes: Buffer): Buffer {
  return bytes.subarray(HEAD_BYTES + bytes.readUInt32BE(KEY_LENGTH_AT));
}

export function timestampOf(bytes: Buffer): number {
  return bytes.readDoubleBE(TIME_AT);
}
