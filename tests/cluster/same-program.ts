import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createScope, type Scope } from '@earshot/kit';
import { exitOnSignals } from '../load/temp-folder.js';
import type { Cluster } from '../support/cluster.js';
import { type Product, temporaryFolder } from '../support/product.js';
import { differences, type Outcome } from './outcome.js';
import { comparedRules, ownersOf, putRules, readOutcome, settled, startAlone, startSpread } from './same.js';
import { type Sent, tellTalks } from './talks.js';

/** `npm run chaos -- --same`: the same talk through one process, one rule engine and three; exit code 1 on a difference. */
const { values } = parseArgs({
  options: {
    same: { type: 'boolean' },
    utterances: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    open: { type: 'string', default: '200' },
    /** `.json` or `.md`; may be given twice. */
    report: { type: 'string', multiple: true, default: [] },
  },
});

interface Side {
  name: string;
  start(scope: Scope, dataDir: string): Promise<Product | Cluster>;
  /** Rule engines that are killed while it listens, one after the other. */
  kills: number;
}

const cluster = (engines: number) => (scope: Scope, dataDir: string) => startSpread(scope, dataDir, engines);
const SIDES: [Side, ...Side[]] = [
  { name: 'one process', start: startAlone, kills: 0 },
  { name: 'cluster, 1 rule engine', start: cluster(1), kills: 0 },
  { name: 'cluster, 3 rule engines', start: cluster(3), kills: 2 },
];
const [seed, utterances, open] = [values.seed, values.utterances, values.open].map(Number) as [number, number, number];
/** Of generated talk. */
const EVENTS_PER_UTTERANCE = 3;

interface Heard {
  name: string;
  sent: Sent;
  seconds: number;
  killed: number;
  owners: number;
  outcome: Outcome;
}

async function hear({ name, start, kills }: Side): Promise<Heard> {
  const scope = createScope();
  try {
    const dataDir = temporaryFolder(scope, 'same');
    putRules(dataDir);
    const product = await start(scope, dataDir);
    let killed = 0;
    const begunMs = performance.now();
    const sent = await tellTalks({ seed, utterances, open, name: 'same' }, product.grpcAddress, (events) => {
      if (events % 10_000 === 0) console.error(`${name}: ${events} events`);
      if (killed >= kills || events < ((killed + 1) / (kills + 1)) * utterances * EVENTS_PER_UTTERANCE) return;
      killed += 1;
      const victim = (product as Cluster).parts().find((part) => part.name === `rule-engine-${killed}`);
      if (victim) process.kill(victim.pid, 'SIGKILL');
    });
    await settled(product);
    const seconds = (performance.now() - begunMs) / 1000;
    const outcome = await readOutcome(product, { startedMs: sent.startedMs, ...comparedRules().talks });
    const owners = (await ownersOf(product, 'rule-engine')).size;
    console.error(`${name}: ${outcome.findings.size} findings stand, ${outcome.alerts.size} alerts`);
    return { name, sent, seconds, killed, owners, outcome };
  } finally {
    await scope.close(30_000);
  }
}

exitOnSignals();
const heard: Heard[] = [];
for (const side of SIDES) heard.push(await hear(side));
const [first] = heard as [Heard, ...Heard[]];
const sides = heard.map(({ name, sent, seconds, killed, owners, outcome }) => ({
  name,
  utterances: sent.utterances,
  events: sent.events,
  refused: sent.refused.length,
  enginesKilled: killed,
  engines: owners,
  findings: outcome.findings.size,
  alerts: outcome.alerts.size,
  seconds: Math.round(seconds),
  differences: differences(first.outcome, outcome),
}));
const wrong = sides.reduce((sum, side) => sum + side.differences.length + side.refused, 0);
const page = [
  '# The same product in one process and on a cluster',
  '',
  `\`npm run chaos -- --same --utterances ${utterances} --seed ${seed}\` on Node ${process.version}: ${wrong === 0 ? '0 differences' : `**${wrong} differences**`} in standing findings and last alerts, compared by id, evidence, times and words.`,
  '',
  '| side | utterances | events | rule engines (killed meanwhile) | findings that stand | alerts | seconds | differences |',
  '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ...sides.map(
    (one) =>
      `| ${one.name} | ${one.utterances} | ${one.events} | ${one.engines} (${one.enginesKilled}) | ${one.findings} | ${one.alerts} | ${one.seconds} | ${one.differences.length} |`,
  ),
  '',
  'Not compared: rules that count over other conversations, and shipped rules that wait longer than the run. Of rules that time decides, an alert that was taken back again counts as none.',
  '',
  ...sides.flatMap((one) => one.differences.slice(0, 5).map((text) => `- ${one.name}: ${text}`)),
].join('\n');
for (const file of values.report) {
  mkdirSync(dirname(file), { recursive: true });
  const shown = sides.map((one) => ({ ...one, differences: one.differences.length }));
  writeFileSync(
    file,
    file.endsWith('.md') ? `${page.trimEnd()}\n` : `${JSON.stringify({ seed, sides: shown }, null, 2)}\n`,
  );
}
console.log(page);
process.exit(wrong === 0 ? 0 : 1);
