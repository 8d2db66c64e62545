import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../load/temp-folder.js';
import { killRun } from './kill-run.js';
import { bundlePreload } from './preload.js';
import { asMarkdown } from './report.js';

/** `pnpm chaos`: kills the real process and reports; exit code 1 if anything was wrong. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    /** Final utterances a second. */
    rate: { type: 'string', default: '500' },
    calls: { type: 'string', default: '1500' },
    partials: { type: 'string', default: '1' },
    speed: { type: 'string', default: '10' },
    /** Serves for up to this long between being back and the next kill, ms. */
    every: { type: 'string', default: '8000' },
    seed: { type: 'string', default: '1' },
    /** With the analysis engine: its rows are compared with the log in the end. */
    analysis: { type: 'boolean', default: false },
    /** `.json` or `.md`; may be given twice. */
    report: { type: 'string', multiple: true, default: [] },
  },
});

exitOnSignals();
const next = await bundlePreload('next-engine');
let kills = 0;
try {
  const report = await killRun({
    seed: Number(values.seed),
    kills: Number(values.kills),
    openCalls: Number(values.calls),
    finalsPerSecond: Number(values.rate),
    partialsPerFinal: Number(values.partials),
    speed: Number(values.speed),
    everyMs: Number(values.every),
    analysis: values.analysis,
    preloadNext: next.program,
    onProgress: (line) => {
      kills += 1;
      if (kills % 10 === 0 || kills === 1) console.error(line);
    },
  });
  for (const file of values.report) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, file.endsWith('.md') ? asMarkdown(report) : `${JSON.stringify(report, null, 2)}\n`);
  }
  console.log(asMarkdown(report));
  process.exitCode = Object.values(report.faults).every((count) => count === 0) ? 0 : 1;
} finally {
  next.remove();
}
process.exit();
