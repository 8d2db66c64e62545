import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from './plants.js';

/** Texts and files in which nothing of what was planted may stand. */
export interface Sink {
  name: string;
  bytes: Buffer;
}

export const textSink = (name: string, text: string): Sink => ({ name, bytes: Buffer.from(text) });

/** Every file below a folder, as raw bytes. */
export function fileSinks(folder: string): Sink[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, path: join(folder, name) }))
    .filter(({ path }) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map(({ name, path }) => ({ name: `file ${name}`, bytes: readFileSync(path) }));
}

/** `sink: plant` for everything that is found, in whatever form it may lie there. */
export function search(sinks: readonly Sink[], plants: readonly Plant[]): string[] {
  return sinks.flatMap(({ name, bytes }) => {
    const folded = fold(bytes.toString('utf8'));
    const found = plants.filter(
      ({ shown, needles }) =>
        [shown, ...needles].some((one) => holds(bytes, one)) ||
        needles.some((needle) => standsIn(folded, fold(needle))),
    );
    return found.map((plant) => `${name}: ${plant.name}`);
  });
}

/** A short number is only found where it stands alone: inside a time or an offset it is nobody's. */
const SHORT = 8;

function holds(bytes: Buffer, text: string): boolean {
  if (text.length <= SHORT && /^\d+$/.test(text)) return standsAlone(bytes.toString('latin1'), text);
  return bytes.includes(text, 0, 'utf8') || bytes.includes(text, 0, 'utf16le');
}

const standsIn = ({ text, joined }: Folded, needle: Folded) =>
  needle.text.length <= SHORT ? standsAlone(text, needle.text) : joined.includes(needle.joined);

const standsAlone = (text: string, digits: string) => new RegExp(`(?<!\\d)${digits}(?!\\d)`).test(text);

interface Folded {
  text: string;
  /** Without what may stand between the digits of one number. */
  joined: string;
}

function fold(text: string): Folded {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[零一二三四五六七八九]/g, (char) => String('零一二三四五六七八九'.indexOf(char)));
  return { text: plain, joined: plain.replace(/[\s\-·,，嗯\u200b]+/g, '') };
}
