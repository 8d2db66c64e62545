import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hints, systemClock } from '@earshot/hints';
import { createHouse, openEmbeddedHints } from '@earshot/hints/embedded';
import { createLogger, createMetrics, Secret } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { type AlertRecord, type ConversationFact, conversationKey, type People } from '@earshot/model';
import { encodeAlertRecord, encodeConversationFact, TOPICS } from '@earshot/wire';
import { type Clock, type Console, type ConsoleDeps, type ConsoleSettings, create } from '../../src/index.js';
import { bank, shop } from './people.js';

/** A real console over a real log in a throw-away folder. */
export interface World {
  log: Log;
  console: Console;
  people: Map<string, People>;
  publish(people: People): void;
  alert(record: AlertRecord): Promise<void>;
  fact(...facts: ConversationFact[]): Promise<void>;
  /** One more console of the same house: the same log, the same keys. */
  another(deps?: Partial<ConsoleDeps>): Promise<Console>;
  restart(): Promise<void>;
  metrics: ReturnType<typeof createMetrics>;
  /** Everything that was logged. */
  lines: string[];
  close(): Promise<void>;
}

export const ADMIN_TOKEN = 'operator-token-of-this-test-installation';

export interface WorldOptions {
  clock?: Clock;
  wrapLog?(log: Log): Log;
  settings?: Partial<ConsoleSettings>;
  deps?: Partial<ConsoleDeps>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-console-'));
  const topics = Object.fromEntries(
    [
      ...[TOPICS.alerts, TOPICS.cases, TOPICS.conversations],
      ...[TOPICS.deadLetters, TOPICS.sessions, TOPICS.inbound],
    ].map((name) => [name, { partitions: 4 }]),
  );
  const log = await openEmbeddedLog({ dir: join(dir, 'log'), topics });
  const people = new Map([bank, shop].map((one) => [one.tenant, one]));
  const listeners = new Set<(tenant: string) => void>();
  const metrics = createMetrics();
  const consoles: Console[] = [];
  const opened: Hints[] = [];
  const lines: string[] = [];
  const logger = createLogger({ service: 'console', level: 'debug', to: { write: (line) => void lines.push(line) } });

  const house = createHouse();
  const sessionKey = randomBytes(32);
  // No window of a limit ends while a test counts in it.
  const begunMs = Date.now();
  const hintsClock = { ...systemClock(), now: () => begunMs };

  async function start(own: Partial<ConsoleDeps> = {}): Promise<Console> {
    const hints = openEmbeddedHints({
      house,
      node: `console-${consoles.length + 1}`,
      clock: hintsClock,
      everyMs: { presence: 20, rates: 20 },
    });
    opened.push(hints);
    const started = await create({
      log: options.wrapLog?.(log) ?? log,
      people: {
        people: (tenant) => people.get(tenant),
        onChange(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      controlEpoch: () => 7,
      logger,
      metrics,
      host: '127.0.0.1',
      port: 0,
      sessionKey,
      hints,
      webDir: join(dir, 'web'),
      widgetDir: join(dir, 'widget'),
      adminToken: new Secret(ADMIN_TOKEN),
      onFatal: (error) => {
        throw error;
      },
      ...(options.clock ? { clock: options.clock } : {}),
      ...options.deps,
      ...own,
      settings: { defaultTenant: 'bank', ...options.settings },
    });
    consoles.push(started);
    return started;
  }

  const world: World = {
    log,
    people,
    metrics,
    lines,
    console: await start(),
    publish(changed) {
      people.set(changed.tenant, changed);
      for (const listener of listeners) listener(changed.tenant);
    },
    async alert(record) {
      const { tenant, conversationId } = record.kind === 'alert' ? record.alert : record.list;
      const key = conversationKey(tenant, conversationId);
      await log.append([{ topic: TOPICS.alerts, key, value: encodeAlertRecord(record) }]);
    },
    async fact(...facts) {
      await log.append(
        facts.map((fact) => ({
          topic: TOPICS.conversations,
          key: conversationKey(fact.tenant, fact.conversationId),
          value: encodeConversationFact(fact),
        })),
      );
    },
    another: (own) => start(own),
    async restart() {
      await world.console.stop();
      world.console = await start();
    },
    async close() {
      for (const each of consoles) await each.stop();
      for (const hints of opened) await hints.stop();
      await log.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return world;
}
