import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { round } from './measure.js';

/** A figure that was promised, and what came out. */
export interface Target {
  what: string;
  wanted: string;
  got: number;
  met: boolean;
}

export interface Report {
  bench: string;
  /** What ran, with sizes and seed. */
  asked: Record<string, unknown>;
  tables: { title: string; rows: Record<string, string | number>[] }[];
  targets: Target[];
  notes: string[];
}

export function atLeast(what: string, wanted: number, got: number): Target {
  return { what, wanted: `>= ${wanted}`, got, met: got >= wanted };
}

export function atMost(what: string, wanted: number, got: number): Target {
  return { what, wanted: `<= ${wanted}`, got, met: got <= wanted };
}

function machine() {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    /** More than the cores: something else was running too. */
    loadBefore: loadAtStart,
    loadAfter: load(),
  };
}

const load = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;
const loadAtStart = load();

export function print(report: Report, json: boolean): void {
  const where = machine();
  if (json) {
    console.log(JSON.stringify({ ...report, machine: where }, null, 2));
    return;
  }
  for (const { title, rows } of report.tables) {
    console.log(`\n${title}`);
    printTable(rows);
  }
  console.log('\nTargets');
  const rounded = report.targets.map(({ what, wanted, got, met }) => ({
    what,
    wanted,
    got: round(got),
    '': met ? 'met' : 'MISSED',
  }));
  printTable(rounded);
  for (const note of report.notes) console.log(`\n${note}`);
  const { processor, cores, memoryGb, node, platform, loadBefore, loadAfter } = where;
  console.log(`\n${processor}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}`);
  if (loadBefore > cores)
    console.log('BUSY: others were computing before this began; times by the clock are those of a busy machine');
  console.log(`load ${loadBefore} at the start, ${loadAfter} at the end; ${JSON.stringify(report.asked)}`);
}

function printTable(rows: readonly Record<string, string | number>[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const isNumber = (text: string) => /^[\d.,x-]+$/.test(text);
  for (const line of cells) {
    const padded = line.map((text, i) =>
      isNumber(text) ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0),
    );
    console.log(`  ${padded.join('  ')}`.trimEnd());
  }
}
