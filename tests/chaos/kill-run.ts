import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@earshot/client';
import { partitionForKey } from '@earshot/log';
import { conversationKey } from '@earshot/model';
import { Chance } from '@earshot/testkit';
import { Expectations } from '../load/expectations.js';
import { generate, silentNames } from '../load/generate.js';
import { freePorts, type Product, signInLink, startProduct } from '../load/product.js';
import { manyStreams, startSender } from '../load/sender.js';
import { tempFolder } from '../load/temp-folder.js';
import { PLANTED } from '../load/words.js';
import { Acked } from './acked.js';
import { Desktop, signIn } from './desktop.js';
import type { KillReport, KillRunOptions } from './kill-report.js';
import { expectedKeys, judge, lostOnDesk } from './oracle.js';
import { readLog } from './read-log.js';
import { type RowCounts, readRows } from './rows.js';
import { spread } from './spread.js';
import { pause, until, untilListening, within } from './waiting.js';

const TENANT = 'demo';
const SUPERVISOR = '30001';
const PARTITIONS = 4;
/** As a contact centre's few gateways would; one alone waits for each other answer. */
const STREAMS = 4;
/** What a kill may take until words flow again; the run is cut when the kills are done. */
const RESTART_ROOM_MS = 8_000;
const START_MS = 60_000;
const STREAM_BACK_MS = 15_000;
/** Events; some ten seconds of talk. */
const MOST_WAITING = 10_000;
/** Said at 4.5 s, missed at 8 s and 3 s of lateness: whatever comes sooner than this after its time cannot be missed. */
const LATE_GREETING_MS = 6_000;
const CATCH_UP_MS = 60_000;
const DRAIN_MS = 300_000;
const ROWS_MS = 90_000;
const RULES = fileURLToPath(new URL('../load/rules/', import.meta.url));

/** Kills the real process again and again under load, and counts what went wrong. */
export async function killRun(options: KillRunOptions): Promise<KillReport> {
  const { dir, remove } = tempFolder('kills');
  const run = new KillRun(options, dir);
  try {
    return await run.run();
  } finally {
    await run.end();
    remove();
  }
}

interface Shown {
  /** On the desk, by this program's monotonic clock. */
  atMs: number;
  /** On the log, epoch ms. */
  raisedMs: number | undefined;
}

class KillRun {
  readonly #begunMs = performance.now();
  readonly #chance: Chance;
  readonly #expectations = new Expectations();
  readonly #acked = new Acked();
  readonly #conflicts = new Set<string>();
  readonly #lateGreetings = new Set<string>();
  readonly #rulesDir: string;
  readonly #dataDir: string;
  readonly #restart = {
    openMs: [] as number[],
    readyMs: [] as number[],
    firstAckMs: [] as number[],
    judgedMs: [] as number[],
    shownMs: [] as number[],
  };
  readonly #probes = new Map<string, (shown: Shown) => void>();
  #port = 0;
  /** The same after every start. */
  #grpcAddress = '';
  #product: Product | undefined;
  #preload: string | undefined;
  #refused = 0;
  #lastAckMs = performance.now();
  #longestOutageMs = 0;
  #killsDuringStart = 0;
  #changed = false;
  #teardown: (() => unknown)[] = [];

  constructor(
    private readonly options: KillRunOptions,
    dir: string,
  ) {
    this.#chance = new Chance(options.seed);
    this.#dataDir = join(dir, 'data');
    this.#rulesDir = join(dir, 'rules');
    this.#preload = options.preload;
    cpSync(join(RULES, 'first'), this.#rulesDir, { recursive: true });
  }

  async run(): Promise<KillReport> {
    const {
      seed,
      kills,
      openCalls,
      finalsPerSecond,
      partialsPerFinal,
      speed,
      everyMs,
      leadMs = 3_000,
      settleMs = 30_000,
    } = this.options;
    this.#port = await freePorts();
    const first = this.#start();
    this.#grpcAddress = (await first.ready).grpcAddress;
    const desktop = new Desktop({
      where: async () => (await this.#current().ready).consoleUrl,
      cookie: await signIn(signInLink(first, SUPERVISOR)),
      staffNumber: SUPERVISOR,
      view: 'wall',
      forgets: this.options.forgetfulDesktop,
      onShown: ({ conversationId, timeline }, atMs) =>
        this.#probes.get(conversationId)?.({ atMs, raisedMs: timeline.raisedMs }),
    });
    this.#teardown.push(() => desktop.close());
    desktop.open();

    const client = createClient({ address: this.#grpcAddress, source: 'voice', window: 256, giveUpMs: 120_000 });
    const startMs = Date.now();
    const name = `kill-${seed}`;
    const runMs = 2 * leadMs + kills * (everyMs / 2 + RESTART_ROOM_MS);
    const silent = Object.values(silentNames(name)).map(partitionOf);
    const plan = generate({
      seed,
      openCalls,
      finalsPerSecond,
      partialsPerFinal,
      speed,
      runMs,
      startMs,
      name,
      longCall: true,
      // The silent conversations have their partitions to themselves.
      allowed: (id) => !silent.includes(partitionOf(id)),
      staff: ['10001', '10002', '10003'],
    });
    const sender = startSender({
      plan,
      startMs,
      stream: manyStreams(client, STREAMS),
      expectations: this.#expectations,
      beginsMs: performance.now(),
      onAnswer: (result, planned) => {
        this.#onAnswer(result, planned.conflict ?? false);
        const { conversationId, body } = planned.event;
        const late = Date.now() - startMs - planned.atMs > LATE_GREETING_MS;
        if (late && body.kind === 'utterance' && body.text.includes(PLANTED.greeting))
          this.#lateGreetings.add(conversationId);
      },
    });
    this.#teardown.push(
      () => sender.stop(),
      () => client.close(),
    );

    await pause(leadMs);
    for (let i = 0; i < kills; i++) {
      await pause(this.#chance.next() * everyMs);
      if (i === Math.floor(kills / 2)) this.#change();
      await this.#killOnce(i, desktop);
      const flowing = this.#acked.count;
      await until(() => this.#acked.count > flowing, STREAM_BACK_MS);
      // Kills may meet it catching up, but what waits may not grow for ever.
      await until(() => sender.waiting() < MOST_WAITING, CATCH_UP_MS);
      const { p50, p99 } = spread(this.#restart.judgedMs);
      this.options.onProgress?.(
        `kill ${i + 1} of ${kills}, ${sender.sent()} events said, ${sender.waiting()} unanswered, ` +
          `judged again after ${p50} ms (p50), ${p99} ms (p99)`,
      );
    }
    await pause(leadMs);
    sender.finish();
    await within(sender.done, DRAIN_MS, () => `${sender.waiting()} events were never answered`);
    const waitUntilMs = performance.now() + settleMs;
    const deskLacks = () =>
      lostOnDesk(
        expectedKeys({
          expectations: this.#expectations,
          nextEpoch: Number.POSITIVE_INFINITY,
          log: { firstEpoch: new Map() },
        }),
        desktop.alerts,
      );
    while (performance.now() < waitUntilMs && (deskLacks().length > 0 || desktop.phase !== 'live')) await pause(50);
    // What should not be there gets a moment to turn up.
    await pause(1_000);

    const desk = new Map(desktop.alerts);
    desktop.close();
    const rows = this.options.analysis ? await this.#settledRows() : undefined;
    const stopCode = await this.#current().stop();
    const log = await readLog(this.#dataDir, this.#acked);
    const { faults, examples } = judge({
      expectations: this.#expectations,
      shown: desktop.shown,
      desk,
      log,
      nextEpoch: this.#nextEpoch(log.firstEpoch),
      conflicts: this.#conflicts,
      refused: this.#refused,
      lateGreetings: this.#lateGreetings,
      ...(rows ? { rows } : {}),
    });
    const { onProgress: _, preload: __, preloadNext: ___, ...given } = this.options;
    return {
      options: given,
      seconds: (performance.now() - this.#begunMs) / 1000,
      kills,
      killsDuringStart: this.#killsDuringStart,
      events: sender.sent(),
      acknowledged: this.#acked.count,
      records: log.records,
      alertsExpected: [...this.#expectations.all.values()].filter(({ becomes }) => becomes === 'stands').length,
      alertsShown: desktop.shown.length,
      conflictsPlanted: this.#conflicts.size,
      reconnects: desktop.reconnects,
      ruleSetChanged: this.#changed,
      engines: [...log.takeovers].sort(),
      restart: {
        openMs: spread(this.#restart.openMs),
        readyMs: spread(this.#restart.readyMs),
        firstAckMs: spread(this.#restart.firstAckMs),
        judgedMs: spread(this.#restart.judgedMs),
        shownMs: spread(this.#restart.shownMs),
      },
      spokenShownMs: spread(this.#spokenShown(desktop, startMs)),
      longestOutageMs: Math.round(this.#longestOutageMs),
      ...(rows ? { rows } : {}),
      stopCode,
      faults,
      examples,
    };
  }

  async end(): Promise<void> {
    for (const step of this.#teardown.reverse())
      await Promise.race([Promise.resolve(step()).catch(() => undefined), pause(1_000)]);
    await this.#product?.kill();
  }

  /** The rows once they stay the same: whatever the desk still says has landed by then. */
  async #settledRows(): Promise<RowCounts | undefined> {
    const instance = await this.#current().ready;
    let rows: RowCounts | undefined;
    let before = '';
    let same = 0;
    for (const deadlineMs = performance.now() + ROWS_MS; performance.now() < deadlineMs && same < 4; ) {
      await pause(1_000);
      rows = await readRows(instance);
      const text = JSON.stringify(rows ?? '');
      same = rows && text === before ? same + 1 : 0;
      before = text;
    }
    if (!rows) throw new Error('the warehouse never opened');
    return rows;
  }

  #start(): Product {
    this.#product = startProduct({
      dataDir: this.#dataDir,
      rulesDir: this.#rulesDir,
      port: this.#port,
      preload: this.#preload,
      analysis: this.options.analysis,
    });
    return this.#product;
  }

  #current(): Product {
    if (!this.#product) throw new Error('nothing was started');
    return this.#product;
  }

  /** From the next start on: a rule more, and the next engine. */
  #change(): void {
    this.#changed = true;
    cpSync(join(RULES, 'next'), this.#rulesDir, { recursive: true });
    this.#preload = this.options.preloadNext ?? this.#preload;
  }

  async #killOnce(index: number, desktop: Desktop): Promise<void> {
    await this.#current().kill();
    if (this.#chance.chance(0.2)) {
      this.#killsDuringStart += 1;
      const young = this.#start();
      await pause(this.#chance.between(30, 900));
      await young.kill();
    }
    if (this.options.forgetfulDesktop || this.#chance.chance(0.5)) desktop.reload();
    const product = this.#start();
    const ready = product.ready.then(() => this.#restart.readyMs.push(performance.now() - product.startedMs));
    // Whoever watches may stop before; a product that does not come up is told below.
    ready.catch(() => undefined);
    await untilListening(this.#grpcAddress, START_MS);
    this.#restart.openMs.push(performance.now() - product.startedMs);
    await this.#probe(`probe-${this.options.seed}-${index}`, product);
    await ready;
  }

  /** The first event after a restart: when it is taken, when its alert is on the log, and when on the desk. */
  async #probe(conversationId: string, product: Product): Promise<void> {
    const shown = new Promise<Shown>((resolve) => this.#probes.set(conversationId, resolve));
    const client = createClient({ address: this.#grpcAddress, source: 'voice' });
    try {
      const atMs = Date.now();
      const effect = { conversationId, rule: 'planted-phrase', anchor: 'u:customer:0', becomes: 'stands' } as const;
      this.#expectations.take([effect], atMs);
      const [result] = await client.append([
        {
          conversationId,
          atMs,
          body: {
            kind: 'utterance',
            participantId: 'p-customer',
            role: 'customer',
            leg: 'customer',
            segment: 0,
            revision: 0,
            final: true,
            text: PLANTED.phrase,
            startMs: atMs - 500,
            endMs: atMs,
          },
        },
      ]);
      if (result) this.#onAnswer(result, false);
      this.#restart.firstAckMs.push(performance.now() - product.startedMs);
      const seen = await within(shown, 30_000, () => 'the first event after a restart never reached the desk').catch(
        () => undefined,
      );
      if (!seen) return;
      this.#restart.shownMs.push(seen.atMs - product.startedMs);
      // The log's clock is this machine's.
      const startedAtMs = Date.now() - performance.now() + product.startedMs;
      if (seen.raisedMs !== undefined) this.#restart.judgedMs.push(seen.raisedMs - startedAtMs);
    } finally {
      await client.close();
    }
  }

  #onAnswer(
    result: { ok: boolean; eventId: string } & ({ ok: true; partition: number; offset?: number } | { ok: false }),
    conflict: boolean,
  ): void {
    if (!result.ok) {
      this.#refused += 1;
      return;
    }
    const nowMs = performance.now();
    this.#longestOutageMs = Math.max(this.#longestOutageMs, nowMs - this.#lastAckMs);
    this.#lastAckMs = nowMs;
    const { partition, offset, eventId } = result;
    if (offset === undefined) throw new Error('acknowledged from a spool that nobody opened');
    this.#acked.add(partition, offset, eventId);
    if (conflict) this.#conflicts.add(`${partition}:${offset}`);
  }

  /** Which epoch brought the new rule: the later of the two that conversations began under. */
  #nextEpoch(firstEpoch: ReadonlyMap<string, number>): number {
    const epochs = [...new Set(firstEpoch.values())].sort((a, b) => a - b);
    return this.#changed && epochs.length > 1 ? (epochs.at(-1) ?? 0) : Number.POSITIVE_INFINITY;
  }

  #spokenShown(desktop: Desktop, startMs: number): number[] {
    const offsetMs = Date.now() - performance.now();
    return desktop.shown.flatMap(({ key, atMs }) => {
      const expected = this.#expectations.all.get(key);
      if (expected?.becomes !== 'stands' || expected.rule === 'planted-missing' || expected.saidMs < startMs) return [];
      return [atMs + offsetMs - expected.saidMs];
    });
  }
}

function partitionOf(conversationId: string): number {
  return partitionForKey(conversationKey(TENANT, conversationId), PARTITIONS);
}
