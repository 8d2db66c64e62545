import { fileURLToPath } from 'node:url';
import { createClient } from '@earshot/client';
import { createScope, type Scope } from '@earshot/kit';
import { partitionForKey } from '@earshot/log';
import { openKafkaLog } from '@earshot/log/kafka';
import { conversationKey } from '@earshot/model';
import { clusterTopics } from '@earshot/process';
import { Chance } from '@earshot/testkit';
import { generate, silentNames } from '../load/generate.js';
import { manyStreams, startSender } from '../load/sender.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { alertGaps, type Sample } from './alert-gaps.js';
import { alertProbes, isProbe, merged } from './alert-probes.js';
import { drawFaults } from './cluster-faults.js';
import { ClusterHands } from './cluster-hands.js';
import type { ClusterReport, ClusterRunOptions } from './cluster-report.js';
import { Desktop, signIn } from './desktop.js';
import { RunLedger } from './ledger.js';
import { type LogFindings, readLog } from './read-log.js';
import { spread } from './spread.js';
import { pause, until, within } from './waiting.js';

const TENANT = 'demo';
const SUPERVISOR = '30001';
const PARTITIONS = 12;
/** As a contact centre's few gateways would; one alone waits for each other answer. */
const STREAMS = 4;
const PROBE_EVERY_MS = 1_000;
/** Longer than any outage: what the door has not answered is not given up. */
const GIVE_UP_MS = 1_800_000;
const MOST_WAITING = 10_000;
const CATCH_UP_MS = 120_000;
const DRAIN_MS = 300_000;
/** What a fault may take beside the pause behind it, for an estimate of the run. */
const FAULT_ROOM_MS = 1_000;
const RESTART_ROOM_MS = 60_000;
const STOP_MS = 30_000;
const READ_AGAIN = { times: 6, everyMs: 5_000 };
const RULES = fileURLToPath(new URL('../load/rules/first', import.meta.url));

/** Lays hands on a cluster again and again under load, and counts what went wrong. */
export async function clusterRun(options: ClusterRunOptions): Promise<ClusterReport> {
  const scope = createScope();
  try {
    return await run(options, scope);
  } finally {
    await scope.close(STOP_MS);
  }
}

async function run(options: ClusterRunOptions, scope: Scope): Promise<ClusterReport> {
  const { seed, everyMs, leadMs = 5_000, settleMs = 60_000, onProgress = () => undefined } = options;
  const begunMs = performance.now();
  const chance = new Chance(seed);
  const cluster = await startRun(options, scope);
  const parts = cluster.parts().map(({ name }) => name);
  const faults = drawFaults(options.victims ?? parts, options, chance);
  const desktop = new Desktop({
    where: async () => cluster.consoleUrl,
    cookie: await signIn(cluster.signInLink(SUPERVISOR)),
    staffNumber: SUPERVISOR,
    view: 'wall',
    ...(options.forgetfulDesktop ? { forgets: true } : {}),
  });
  scope.defer('desk', () => desktop.close());
  desktop.open();

  const ledger = new RunLedger();
  const expectedMs = 2 * leadMs + faults.length * (everyMs / 2 + FAULT_ROOM_MS) + options.kafkaAwayMs + RESTART_ROOM_MS;
  // It is cut when the last fault is over; no fault may find silence.
  const runMs = 1.5 * expectedMs;
  const load = startLoad({ options, cluster, ledger, runMs, scope });
  const hands = new ClusterHands(cluster, PARTITIONS, scope);
  await pause(leadMs);
  for (const [i, fault] of faults.entries()) {
    await pause(chance.next() * everyMs);
    await hands.lay(fault);
    if (options.forgetfulDesktop || chance.chance(0.2)) desktop.reload();
    // Faults may meet it catching up, but what waits may not grow for ever.
    await until(() => load.sender.waiting() < MOST_WAITING, CATCH_UP_MS);
    onProgress(`${i + 1} of ${faults.length} (${JSON.stringify(fault)}), ${load.sender.waiting()} unanswered`);
  }
  await hands.whole();
  await pause(leadMs);
  load.sender.finish();
  await within(load.sender.done, DRAIN_MS, () => `${load.sender.waiting()} events were never answered`);
  await ledger.settle(desktop, settleMs);

  const desk = new Map(desktop.alerts);
  desktop.close();
  const log = await readSettled(cluster, ledger);
  const stopCode = await cluster.interrupt();
  const verdict = ledger.judge({ shown: desktop.shown, desk, log, nextEpoch: Number.POSITIVE_INFINITY });
  const { onProgress: _, preload: __, ...given } = options;
  return {
    options: given,
    seconds: (performance.now() - begunMs) / 1000,
    parts,
    done: countsOf(hands.done.map(({ fault }) => fault.kind)),
    events: load.sender.sent(),
    acknowledged: ledger.acknowledged,
    spooled: ledger.spooled.size,
    records: log.records,
    alertsExpected: ledger.expected,
    alertsShown: desktop.shown.length,
    conflictsPlanted: ledger.conflicts,
    reconnects: desktop.reconnects,
    takeovers: log.owners.length,
    spokenShownMs: spread(ledger.spokenShown(desktop, load.startMs)),
    gaps: alertGaps(samplesOf(ledger, log, load.probes), hands.done, log.owners),
    longestOutageMs: Math.round(ledger.longestOutageMs),
    stopCode,
    ...verdict,
  };
}

function startRun({ replicas, preload, analysis }: ClusterRunOptions, scope: Scope): Promise<Cluster> {
  const args = ['--replicas', replicas, '--partitions', String(PARTITIONS), '--rules', RULES];
  const env = preload === undefined ? {} : { env: { NODE_OPTIONS: `--import=${preload}` } };
  return startCluster(scope, analysis ? args : [...args, '--no-analysis'], env);
}

interface LoadParts {
  options: ClusterRunOptions;
  cluster: Cluster;
  ledger: RunLedger;
  runMs: number;
  scope: Scope;
}

function startLoad({ options, cluster, ledger, runMs, scope }: LoadParts) {
  const { seed, openCalls, finalsPerSecond, partialsPerFinal, speed } = options;
  const client = createClient({ address: cluster.grpcAddress, source: 'voice', window: 256, giveUpMs: GIVE_UP_MS });
  scope.defer('client', () => Promise.race([client.close().catch(() => undefined), pause(1_000)]));
  const startMs = Date.now();
  const [name, probes] = [`cluster-${seed}`, `probe-${seed}`];
  const silent = Object.values(silentNames(name)).map(partitionOf);
  const calls = generate({
    ...{ seed, openCalls, finalsPerSecond, partialsPerFinal, speed, runMs, startMs, name },
    longCall: true,
    // The silent conversations have their partitions to themselves.
    allowed: (id) => !silent.includes(partitionOf(id)),
    staff: ['10001', '10002', '10003'],
  });
  const partitions = Array.from({ length: PARTITIONS }, (_, i) => i).filter((one) => !silent.includes(one));
  const probing = alertProbes({ name: probes, partitions, partitionOf, everyMs: PROBE_EVERY_MS, startMs, runMs });
  const sender = startSender({
    plan: merged(calls, probing),
    startMs,
    stream: manyStreams(client, STREAMS),
    expectations: ledger.expectations,
    beginsMs: performance.now(),
    onAnswer: (result, planned) => ledger.heard(result, planned, startMs),
  });
  scope.defer('sender', () => sender.stop());
  // A run that ends before it waits for the answers has its own fault to tell.
  sender.done.catch(() => undefined);
  return { sender, startMs, probes };
}

/** The log, once it has what the door had on its disk. */
async function readSettled(cluster: Cluster, ledger: RunLedger): Promise<LogFindings> {
  const open = () => openKafkaLog({ brokers: [cluster.kafka], node: 'run', topics: clusterTopics(PARTITIONS) });
  for (let read = 1; ; read++) {
    const log = await readLog(open, ledger);
    if (log.spooledLost === 0 || read === READ_AGAIN.times) return log;
    await pause(READ_AGAIN.everyMs);
  }
}

function samplesOf(ledger: RunLedger, log: LogFindings, probes: string): Sample[] {
  return [...ledger.expectations.all].flatMap(([key, { conversationId, saidMs, becomes }]) => {
    if (becomes !== 'stands' || !isProbe(conversationId, probes)) return [];
    const raisedMs = log.raisedMs.get(key);
    return [{ partition: partitionOf(conversationId), saidMs, ...(raisedMs === undefined ? {} : { raisedMs }) }];
  });
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function partitionOf(conversationId: string): number {
  return partitionForKey(conversationKey(TENANT, conversationId), PARTITIONS);
}
