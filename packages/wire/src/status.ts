import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { EarshotError } from '@earshot/model';

/** A typed message that travels with a status. */
export interface StatusDetail {
  /** Full name, e.g. `earshot.v1.RuleSetRefusal`. */
  message: string;
  bytes: Uint8Array;
}

/**
 * google.rpc.Status, which every gRPC library reads from the trailer `grpc-status-details-bin`. By hand, because it is
 * three fields that never change and not a message of ours.
 */
export interface Status {
  code: number;
  message: string;
  details: StatusDetail[];
}

export const STATUS_DETAILS_TRAILER = 'grpc-status-details-bin';

const TYPE_PREFIX = 'type.googleapis.com/';
const STATUS = { code: 1, message: 2, details: 3 } as const;
const ANY = { typeUrl: 1, value: 2 } as const;
const RETRY_DELAY = 1;
const DURATION = { seconds: 1, nanos: 2 } as const;

export function encodeStatus({ code, message, details }: Status): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(STATUS.code, WireType.Varint).int32(code);
  writer.tag(STATUS.message, WireType.LengthDelimited).string(message);
  for (const detail of details) {
    writer.tag(STATUS.details, WireType.LengthDelimited).fork();
    writer.tag(ANY.typeUrl, WireType.LengthDelimited).string(TYPE_PREFIX + detail.message);
    writer.tag(ANY.value, WireType.LengthDelimited).bytes(detail.bytes).join();
  }
  return writer.finish();
}

/** Throws `undecodable`. */
export function decodeStatus(bytes: Uint8Array): Status {
  const status: Status = { code: 0, message: '', details: [] };
  try {
    eachField(bytes, (field, reader) => {
      if (field === STATUS.code) status.code = reader.int32();
      else if (field === STATUS.message) status.message = reader.string();
      else if (field === STATUS.details) status.details.push(decodeDetail(reader.bytes()));
      else return false;
      return true;
    });
  } catch (cause) {
    throw new EarshotError('undecodable', 'The bytes are not a readable status.', { cause });
  }
  return status;
}

/** google.rpc.RetryInfo: not before `delayMs` from now. By hand for the same reason. */
export function retryInfo(delayMs: number): StatusDetail {
  const seconds = Math.floor(delayMs / 1_000);
  const nanos = Math.round((delayMs - seconds * 1_000) * 1e6);
  const writer = new BinaryWriter();
  writer.tag(RETRY_DELAY, WireType.LengthDelimited).fork();
  if (seconds !== 0) writer.tag(DURATION.seconds, WireType.Varint).int64(seconds);
  if (nanos !== 0) writer.tag(DURATION.nanos, WireType.Varint).int32(nanos);
  return { message: 'google.rpc.RetryInfo', bytes: writer.join().finish() };
}

function decodeDetail(bytes: Uint8Array): StatusDetail {
  const detail: StatusDetail = { message: '', bytes: new Uint8Array() };
  eachField(bytes, (field, reader) => {
    // What stands before the last slash says where the type is described; the name is what counts.
    if (field === ANY.typeUrl) detail.message = reader.string().replace(/^.*\//, '');
    else if (field === ANY.value) detail.bytes = reader.bytes();
    else return false;
    return true;
  });
  return detail;
}

function eachField(bytes: Uint8Array, take: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (!take(field, reader)) reader.skip(type, field);
  }
}
