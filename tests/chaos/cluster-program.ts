import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../load/temp-folder.js';
import { asPage } from './cluster-report.js';
import { clusterRun } from './cluster-run.js';

/** `npm run chaos -- --cluster`: lays hands on a cluster and reports; exit code 1 if anything was wrong. */
const { values } = parseArgs({
  options: {
    cluster: { type: 'boolean' },
    kills: { type: 'string', default: '200' },
    zombies: { type: 'string', default: '60' },
    joins: { type: 'string', default: '30' },
    /** Seconds. */
    'kafka-away': { type: 'string', default: '600' },
    'rolling-restart': { type: 'boolean', default: true },
    calls: { type: 'string', default: '1000' },
    /** Final utterances a second. */
    rate: { type: 'string', default: '40' },
    partials: { type: 'string', default: '1' },
    speed: { type: 'string', default: '4' },
    /** At most so long between two faults, ms. */
    every: { type: 'string', default: '12000' },
    replicas: { type: 'string', default: 'rule-engine=3,alert=2' },
    /** Parts that are killed and frozen, with commas; absent: all. */
    victims: { type: 'string' },
    analysis: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    /** `.json` or `.md`; may be given twice. */
    report: { type: 'string', multiple: true, default: [] },
  },
  allowNegative: true,
});

exitOnSignals();
const report = await clusterRun({
  seed: Number(values.seed),
  kills: Number(values.kills),
  zombies: Number(values.zombies),
  joins: Number(values.joins),
  kafkaAwayMs: Number(values['kafka-away']) * 1000,
  rollingRestart: values['rolling-restart'],
  openCalls: Number(values.calls),
  finalsPerSecond: Number(values.rate),
  partialsPerFinal: Number(values.partials),
  speed: Number(values.speed),
  everyMs: Number(values.every),
  replicas: values.replicas,
  analysis: values.analysis,
  ...(values.victims === undefined ? {} : { victims: values.victims.split(',') }),
  onProgress: (line) => console.error(line),
});
const page = asPage(report);
for (const file of values.report) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, file.endsWith('.md') ? page : `${JSON.stringify(report, null, 2)}\n`);
}
console.log(page);
process.exit(Object.values(report.faults).every((count) => count === 0) ? 0 : 1);
