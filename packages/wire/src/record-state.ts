import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { EarshotError } from '@earshot/model';
import { decodeRecordSnapshot, encodeRecordSnapshot, type RecordSnapshot } from './record.js';

/** Schemas of the rule engine's checkpoints: 2 is the snapshot deflated (talk shrinks to a fifth), 1 the snapshot as it is. */
export const RECORD_SCHEMAS = [2, 1] as const;

/** Some hundred times the longest conversation: what unpacks to more is no record of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A checkpoint's state, in the first of `RECORD_SCHEMAS`. */
export function saveRecord(snapshot: RecordSnapshot): Uint8Array {
  // The quickest level: better ones cost five times as much for another tenth.
  return deflateRawSync(encodeRecordSnapshot(snapshot), { level: 1 });
}

/** Throws `undecodable` or `invalid`. */
export function loadRecord(state: Uint8Array, schema: number): RecordSnapshot {
  if (schema === 1) return decodeRecordSnapshot(state);
  if (schema === 2) return decodeRecordSnapshot(unpacked(state));
  throw new EarshotError('undecodable', 'The checkpoint has an unknown schema.', { detail: { schema } });
}

function unpacked(state: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(state, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    throw new EarshotError('undecodable', 'The bytes do not unpack.', { detail: { size: state.length }, cause });
  }
}
