import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { EarshotError } from '@earshot/model';

/** What generated code offers for each message. */
export interface MessageCodec<M> {
  encode(message: M, writer: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader): M;
}

const MANY_BYTES = 2_048;
const LONGEST_NAME = 32;

// Lenient decoding would turn broken UTF-8 into U+FFFD and so change what was said without a word.
class StrictReader extends BinaryReader {
  /** Short strings of a long message by a hash: who spoke, on which leg, by which model, a thousand times over. */
  private readonly names: { at: number; length: number; text: string }[] | undefined;

  constructor(private readonly input: Uint8Array) {
    super(input);
    this.names = input.length < MANY_BYTES ? undefined : [];
  }

  override string(): string {
    const { names, input, pos } = this;
    // The length; from 128 on it takes more bytes than this one, whose highest bit is then set.
    const length = input[pos] ?? 0;
    if (!names || length > LONGEST_NAME) return super.string(true);
    const at = pos + 1;
    const slot = (length * 7 + (input[at] ?? 0) * 5 + (input[at + length - 1] ?? 0)) & 63;
    const known = names[slot];
    if (known?.length === length && sameBytes(input, known.at, at, length)) {
      this.pos = at + length;
      return known.text;
    }
    const text = super.string(true);
    names[slot] = { at, length, text };
    return text;
  }

  // A number where the library makes a bigint: generated code wants no other, and refuses what is beyond 2^53 and so
  // not exact here. Negative numbers have ten bytes and are left to the library.
  override int64(): never {
    let value = 0;
    for (let at = this.pos, unit = 1; unit < 2 ** 56; at++, unit *= 128) {
      const byte = this.input[at] ?? 0xff;
      value += (byte & 0x7f) * unit;
      if (byte > 0x7f) continue;
      this.pos = at + 1;
      return value as never;
    }
    return super.int64() as never;
  }
}

function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

// What goes out must come back: without these checks a lone surrogate becomes U+FFFD, and a number beyond 2^53 is
// written, acknowledged and then unreadable.
class StrictWriter extends BinaryWriter {
  override string(value: string): this {
    if (!value.isWellFormed()) throw new RangeError('text is not well-formed Unicode');
    return super.string(value);
  }

  override int64(value: string | number | bigint): this {
    if (!Number.isSafeInteger(value)) throw new RangeError('number is not a safe integer');
    return super.int64(value);
  }
}

/** Throws `invalid` for a value that the wire cannot carry, e.g. a fraction where a whole number belongs. */
export function toBytes<M>(codec: MessageCodec<M>, message: M): Uint8Array {
  try {
    return codec.encode(message, new StrictWriter()).finish();
  } catch (cause) {
    throw new EarshotError('invalid', 'The message holds a value that cannot be encoded.', { cause });
  }
}

/** Throws `undecodable` for bytes that are no such message. */
export function fromBytes<M>(codec: MessageCodec<M>, bytes: Uint8Array): M {
  try {
    return codec.decode(new StrictReader(bytes));
  } catch (cause) {
    throw new EarshotError('undecodable', 'The bytes are not a readable message.', {
      detail: { size: bytes.length },
      cause,
    });
  }
}

/** `field` is the path in the message, e.g. `utterance.role`; `problem` must not quote text from it. */
export function invalid(field: string, problem: string, detail: Record<string, unknown> = {}): EarshotError {
  return new EarshotError('invalid', `${field}: ${problem}`, { detail: { field, ...detail } });
}

/** The value of a field without which the message has no meaning. */
export function required<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw invalid(field, 'is missing');
  return value;
}

/** Compiles only where every case has been handled. */
export function unreachable(field: string, value: never): never {
  throw invalid(field, 'has an unknown kind', { kind: String((value as { kind?: unknown }).kind) });
}

/** Without the keys whose value is undefined, so that absent stays absent on the inside. Plain objects of ours only. */
export function defined<T extends object>(value: T): T {
  // Every decoded message passes here: most have nothing to leave out, and building entry lists would cost more than
  // the decoding itself.
  for (const key in value) if (value[key] === undefined) return withoutUndefined(value);
  return value;
}

function withoutUndefined<T extends object>(value: T): T {
  const out = {} as T;
  for (const key in value) if (value[key] !== undefined) out[key] = value[key];
  return out;
}

/** Own copy: what a reader hands out is a window on a buffer that its owner may reuse. */
export function copied(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Sorted, so that equal contents give equal bytes. */
export function toWireMap(fields: Iterable<[string, string]>): Map<string, string> {
  return new Map([...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export function toWireFields(fields: Record<string, string>): Map<string, string> {
  return toWireMap(Object.entries(fields));
}

/** `fromEntries` defines keys instead of assigning them, so `__proto__` is a key like any other. */
export function fromWireFields(fields: Map<string, string>): Record<string, string> {
  return Object.fromEntries(fields);
}
