import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createMasker, type Masker } from '@earshot/privacy';
import { badInput, cannotRead, keyTooShort } from '../failure.js';
import { type Line, readLines } from '../replay/lines.js';
import type { CommandContext, Outcome } from './context.js';

const SHORTEST_KEY_BYTES = 16;

export interface MaskOptions {
  json?: boolean;
  keyFile?: string;
}

/** Line in, line out. With `json` an utterance gives {id, masked, spans}, a conversation {id, turns: [{i, role, …}]}. */
export async function privacyMask(file: string, options: MaskOptions, { out }: CommandContext): Outcome {
  const masker = createMasker({ key: options.keyFile ? readKey(options.keyFile) : randomBytes(32) });
  for await (const line of readLines(file)) {
    const masked = maskLine(line, file, masker);
    await out(options.json ? JSON.stringify(masked) : textOf(masked));
  }
  return 0;
}

interface MaskedText {
  masked: string;
  spans: { start: number; end: number; type: string }[];
}
type MaskedLine =
  | ({ id?: unknown } & MaskedText)
  | { id?: unknown; turns: ({ i: unknown; role: unknown } & MaskedText)[] };

/** Only what is known to be masked leaves: other fields of the line may repeat what was said. */
export function maskLine({ text, number }: Line, file: string, masker: Masker): MaskedLine {
  const raw = parse(text, () => badInput('not-json', file, number));
  if (typeof raw !== 'object' || raw === null) throw badInput('not-an-object', file, number);
  const { id, text: words, turns } = raw as Record<string, unknown>;
  const name = id === undefined ? {} : { id };
  if (typeof words === 'string') return { ...name, ...maskedText(masker.mask(words)) };
  if (!Array.isArray(turns)) throw badInput('no-text', file, number);
  return { ...name, turns: maskTurns(turns, (where) => badInput('text-missing', file, number, where), masker) };
}

/** A number may be spread over several turns of one speaker, so each speaker is read as one sequence. */
function maskTurns(turns: readonly unknown[], fail: (where: string) => Error, masker: Masker) {
  const read = turns.map((turn, i) => {
    const { role, text, i: given } = (turn ?? {}) as Record<string, unknown>;
    if (typeof text !== 'string') throw fail(`turns[${i}].text`);
    return { i: given ?? i, role, text };
  });
  const masked = new Map<(typeof read)[number], MaskedText>();
  for (const role of new Set(read.map((turn) => turn.role))) {
    const own = read.filter((turn) => turn.role === role);
    masker.maskSequence(own.map(({ text }) => text)).forEach((result, k) => {
      const turn = own[k];
      if (turn) masked.set(turn, maskedText(result));
    });
  }
  return read.map((turn) => ({ i: turn.i, role: turn.role, ...(masked.get(turn) ?? { masked: '', spans: [] }) }));
}

function maskedText({ text, spans }: ReturnType<Masker['mask']>): MaskedText {
  return { masked: text, spans: spans.map(({ start, end, type }) => ({ start, end, type })) };
}

function textOf(line: MaskedLine): string {
  return 'turns' in line ? line.turns.map(({ role, masked }) => `${role}: ${masked}`).join('\n') : line.masked;
}

function parse(text: string, fail: () => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fail();
  }
}

function readKey(file: string): Buffer {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    throw cannotRead(file, error);
  }
  if (key.length < SHORTEST_KEY_BYTES) throw keyTooShort(file);
  return key;
}
