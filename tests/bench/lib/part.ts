import { parseArgs } from 'node:util';
import type { Report } from './report.js';

/** Numbers, each with what it is. */
export type Flags = Record<string, { default: number; says: string }>;
export type Asked<F extends Flags> = { [Name in keyof F]: number };

/** One question of a bench that has several. */
export interface Part<F extends Flags = Flags> {
  says: string;
  flags: F;
  /** `say` tells who waits how far it is; it goes nowhere with `--json`. */
  run(asked: Asked<F>, say: (line: string) => void): Promise<Omit<Report, 'bench' | 'asked'>>;
}

export function definePart<F extends Flags>(part: Part<F>): Part<F> {
  return part;
}

/** Exit code 2 with these lines: it was asked wrongly; 0: it asked for help. */
export type Choice =
  | { run: true; name: string; part: Part; asked: Record<string, number>; json: boolean }
  | { run: false; exitCode: 0 | 2; lines: string[] };

/** What `npm run bench -- BENCH …` means. */
export function choosePart(bench: string, parts: Record<string, Part>, argv: readonly string[]): Choice {
  const [name = '', ...rest] = argv;
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (!part) {
    const isHelp = name === '--help' || name === '';
    const wrong = isHelp ? [] : [`there is no ${name} in ${bench}`];
    return { run: false, exitCode: isHelp ? 0 : 2, lines: [...wrong, ...helpOf(bench, parts)] };
  }
  const own = helpOf(bench, { [name]: part });
  try {
    const { values } = parseArgs({ args: rest, options: optionsOf(part.flags) });
    if (values['help']) return { run: false, exitCode: 0, lines: own };
    const asked = Object.fromEntries(
      Object.entries(part.flags).map(([flag, { default: usual }]) => [flag, numberOf(flag, values[flag] ?? usual)]),
    );
    return { run: true, name, part, asked, json: values['json'] === true };
  } catch (error) {
    return { run: false, exitCode: 2, lines: [error instanceof Error ? error.message : String(error), ...own] };
  }
}

function optionsOf(flags: Flags): Record<string, { type: 'string' | 'boolean' }> {
  const numbers = Object.keys(flags).map((flag) => [flag, { type: 'string' as const }]);
  return { ...Object.fromEntries(numbers), json: { type: 'boolean' }, help: { type: 'boolean' } };
}

function numberOf(flag: string, value: unknown): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${flag} takes a number above 0`);
  return number;
}

function helpOf(bench: string, parts: Record<string, Part>): string[] {
  return Object.entries(parts).flatMap(([name, { says, flags }]) => [
    `npm run bench -- ${bench} ${name}  ${says}`,
    ...Object.entries(flags).map(([flag, one]) => `    --${flag.padEnd(14)} ${one.says} (${one.default})`),
    `    --${'json'.padEnd(14)} everything, for programs`,
  ]);
}
