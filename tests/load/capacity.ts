import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '@earshot/client';
import type { Alert } from '@earshot/model';
import { spread } from '../chaos/spread.js';
import { Expectations, keyOfAlert } from './expectations.js';
import { type Figures, readFigures } from './figures.js';
import { generate } from './generate.js';
import { openPage, type Page } from './page.js';
import { floorOf, sessionCookie } from './people.js';
import { freePorts, startProduct } from './product.js';
import { manyStreams, startSender } from './sender.js';
import { exitOnSignals, tempFolder } from './temp-folder.js';

/** What one process carries on this machine, with this program as its load: calls, words, desks and walls. */
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1500' },
    finals: { type: 'string', default: '500' },
    partials: { type: 'string', default: '5' },
    desks: { type: 'string', default: '500' },
    walls: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    /** Conversation time per real time: 30 lets a working day pass in 16 minutes. */
    speed: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    /** Streams that the words come over, each conversation always over the same. */
    streams: { type: 'string', default: '8' },
    /** Folder for a CPU profile of the product. */
    profile: { type: 'string' },
    analysis: { type: 'boolean', default: false },
    /** Flags of Node for the product, to try them out. */
    node: { type: 'string', multiple: true, default: [] },
  },
});
const asked = Object.fromEntries(
  (['calls', 'finals', 'partials', 'desks', 'walls', 'seconds', 'speed', 'seed', 'streams'] as const).map((name) => [
    name,
    Number(values[name]),
  ]),
) as Record<'calls' | 'finals' | 'partials' | 'desks' | 'walls' | 'seconds' | 'speed' | 'seed' | 'streams', number>;

interface Late {
  /** Since the load began. */
  atMs: number;
  lateMs: number;
}

/** 1,500 calls begin in a process that has never seen one; nothing of this is left out of the first figures. */
const WARM_UP_SECONDS = 10;
const warm = (all: readonly Late[]) =>
  all.flatMap(({ atMs, lateMs }) => (atMs >= WARM_UP_SECONDS * 1000 ? lateMs : []));

exitOnSignals();
const { dir, remove } = tempFolder('capacity');
const dataDir = join(dir, 'data');
const rulesDir = join(dir, 'rules');
const floor = floorOf(Math.max(1, asked.desks), Math.max(1, asked.walls));
writeFileSync(join(dir, 'people.yaml'), floor.yaml);
cpSync(fileURLToPath(new URL('./rules/first', import.meta.url)), rulesDir, { recursive: true });
const product = startProduct({
  dataDir,
  rulesDir,
  peopleFile: join(dir, 'people.yaml'),
  port: await freePorts(),
  analysis: values.analysis,
  nodeFlags: [...values.node, ...(values.profile ? ['--cpu-prof', '--cpu-prof-dir', values.profile] : [])],
});

try {
  console.log(JSON.stringify(await measure(), null, 2));
} finally {
  await product.stop();
  remove();
}
process.exit(0);

async function measure() {
  const { consoleUrl, grpcAddress } = await product.ready;
  const expectations = new Expectations();
  const late = { desk: [] as Late[], wall: [] as Late[] };
  const offsetMs = Date.now() - performance.now();
  const onAlert = (view: 'desk' | 'wall') => {
    const first = new Set<string>();
    return (alert: Alert, atMs: number) => {
      const expected = expectations.all.get(keyOfAlert(alert));
      if (
        expected?.becomes !== 'stands' ||
        expected.rule === 'planted-missing' ||
        alert.reason !== 'finding' ||
        first.has(alert.id)
      )
        return;
      first.add(alert.id);
      late[view].push({ atMs: atMs - beginsMs, lateMs: atMs + offsetMs - expected.saidMs });
    };
  };
  const wanted = [
    ...floor.agents.slice(0, asked.desks).map((staffNumber) => ({ staffNumber, view: 'desk' as const })),
    ...floor.supervisors.slice(0, asked.walls).map((staffNumber) => ({ staffNumber, view: 'wall' as const })),
  ];
  const pages: Page[] = [];
  for (const { staffNumber, view } of wanted) {
    const page = await openPage({
      url: consoleUrl,
      cookie: sessionCookie(dataDir, staffNumber),
      view,
      onAlert: onAlert(view),
    });
    await page.caughtUp;
    pages.push(page);
  }

  const { cpuSeconds: idleCpuSeconds } = await readFigures(consoleUrl, 0);
  const client = createClient({ address: grpcAddress, source: 'voice', window: 256 });
  const startMs = Date.now();
  const beginsMs = performance.now();
  const ackMs: number[] = [];
  let refused = 0;
  const plan = generate({
    seed: asked.seed,
    openCalls: asked.calls,
    rampMs: WARM_UP_SECONDS * 1000,
    finalsPerSecond: asked.finals,
    partialsPerFinal: asked.partials,
    speed: asked.speed,
    runMs: asked.seconds * 1000,
    startMs,
    name: 'capacity',
    longCall: false,
    allowed: () => true,
    staff: floor.agents,
  });
  const sender = startSender({
    plan,
    startMs,
    beginsMs,
    expectations,
    stream: manyStreams(client, asked.streams),
    onAnswer: (result, { atMs }) => {
      if (!result.ok) refused += 1;
      ackMs.push(performance.now() - beginsMs - atMs);
    },
  });
  const figures: Figures[] = [];
  const timer = setInterval(() => {
    readFigures(consoleUrl, (performance.now() - beginsMs) / 1000).then(
      (one) => figures.push(one),
      () => undefined,
    );
  }, 5_000);
  const cpuBefore = process.cpuUsage();
  await Promise.race([sender.done, new Promise((resolve) => setTimeout(resolve, asked.seconds * 1000 + 60_000))]);
  clearInterval(timer);
  sender.stop();
  const seconds = (performance.now() - beginsMs) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  figures.push(await readFigures(consoleUrl, seconds));
  const result = {
    asked: { ...asked, analysis: values.analysis },
    seconds: Math.round(seconds),
    eventsSent: sender.sent(),
    eventsPerSecond: Math.round(sender.sent() / seconds),
    unanswered: sender.waiting(),
    refused,
    cpuMsPerEvent: Math.round((((figures.at(-1)?.cpuSeconds ?? 0) - idleCpuSeconds) / sender.sent()) * 1e6) / 1e3,
    spokenToDeskMs: spread(late.desk.map(({ lateMs }) => lateMs)),
    spokenToWallMs: spread(late.wall.map(({ lateMs }) => lateMs)),
    warmedUp: {
      afterSeconds: WARM_UP_SECONDS,
      spokenToDeskMs: spread(warm(late.desk)),
      spokenToWallMs: spread(warm(late.wall)),
    },
    worst: [...late.desk]
      .sort((a, b) => b.lateMs - a.lateMs)
      .slice(0, 10)
      .map(({ atMs, lateMs }) => `${Math.round(lateMs)} ms at ${Math.round(atMs / 1000)} s`),
    spokenToAcknowledgedMs: spread(ackMs),
    pageMegabytesPerSecond: Math.round(pages.reduce((sum, page) => sum + page.bytes(), 0) / seconds / 10_000) / 100,
    pageMessagesPerSecond: Math.round(pages.reduce((sum, page) => sum + page.messages(), 0) / seconds),
    loadSideCpu: Math.round((cpu.user + cpu.system) / seconds / 10_000) / 100,
    figures,
  };
  for (const page of pages) page.close();
  await Promise.race([client.close(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  return result;
}
