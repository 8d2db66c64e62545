import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create as createConsole } from '@earshot/console';
import { openEmbeddedHints } from '@earshot/hints/embedded';
import { createMetrics, type Scope, Secret, silentLogger } from '@earshot/kit';
import type { Log, Subscription } from '@earshot/log';
import { type ConversationFact, conversationKey, type EventBody, type StandingSet } from '@earshot/model';
import { create as createRuleEngine } from '@earshot/rule-engine';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { compileRuleSet } from '@earshot/rules';
import { decodeCaseFact, encodeConversationFact, TOPICS } from '@earshot/wire';
import { temporaryFolder } from '../support/product.js';

const compiled = compileRuleSet(loadStarterRulebook());
if (!compiled.ok) throw new Error('the starter rules do not compile');
const { ruleSet } = compiled;

const ADMIN_TOKEN = 'operator-token-of-this-test';

/** A log that is worked on, as a running instance has it: rules are judged, and the console answers the operator. */
export interface World {
  log: Log;
  engine: Subscription;
  /** `--data-dir` of the instance. */
  at: readonly string[];
  restartConsole(): Promise<void>;
  /** Bytes of a fact as ingest would write it. */
  bytesOf(conversationId: string, eventId: string, body: EventBody): Uint8Array;
  append(conversationId: string, value: Uint8Array): Promise<number>;
  /** What stands in a conversation by the last word of the rule engine. */
  standing(conversationId: string): Promise<StandingSet | undefined>;
}

export async function openWorld(scope: Scope, log: Log): Promise<World> {
  const onFatal = (error: Error) => {
    throw error;
  };
  const deps = { log, logger: silentLogger(), metrics: createMetrics(), onFatal };
  const engine = await createRuleEngine({ ...deps, ruleSet: () => ruleSet, controlEpoch: () => 1 });
  scope.defer('rule engine', () => engine.stop());
  const dataDir = temporaryFolder(scope, 'operate');
  const sessionKey = randomBytes(32);
  const hints = openEmbeddedHints();
  scope.defer('hints', () => hints.stop());
  const startConsole = async () => {
    const desk = await createConsole({
      ...deps,
      metrics: createMetrics(),
      people: { people: () => undefined, onChange: () => () => undefined },
      controlEpoch: () => 1,
      host: '127.0.0.1',
      port: 0,
      sessionKey,
      hints,
      webDir: join(dataDir, 'web'),
      widgetDir: join(dataDir, 'widget'),
      adminToken: new Secret(ADMIN_TOKEN),
      keptMs: { [TOPICS.conversations]: 3 * 86_400_000 },
      settings: { defaultTenant: 'bank' },
    });
    const said = { pid: process.pid, consoleUrl: desk.url, adminToken: ADMIN_TOKEN };
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(said));
    return desk;
  };
  let desk = await startConsole();
  scope.defer('console', () => desk.stop());
  const startMs = log.clock() - 60_000;

  return {
    log,
    engine,
    at: ['--data-dir', dataDir],
    async restartConsole() {
      await desk.stop();
      desk = await startConsole();
    },
    bytesOf(conversationId, eventId, body) {
      const atMs = body.kind === 'utterance' ? startMs + body.endMs : startMs;
      const fact: ConversationFact = {
        ...{ tenant: 'bank', conversationId, eventId, atMs, receivedAtMs: atMs, source: 'text', body },
        ruleSet: { epoch: 1, hash: ruleSet.hash, appliesToRunning: false },
      };
      return encodeConversationFact(fact);
    },
    async append(conversationId, value) {
      const key = conversationKey('bank', conversationId);
      const [offset = -1] = await log.append([{ topic: TOPICS.conversations, key, value }]);
      return offset;
    },
    async standing(conversationId) {
      const key = conversationKey('bank', conversationId);
      const partition = log.partitionOf(TOPICS.cases, key);
      const { first, next } = await log.bounds(TOPICS.cases, partition);
      const sets = (await log.read(TOPICS.cases, partition, first, next - first)).flatMap(({ value }) => {
        const { body } = decodeCaseFact(value);
        return body.kind === 'standing' && body.set.conversationId === conversationId ? [body.set] : [];
      });
      return sets.at(-1);
    },
  };
}

/** The customer says it. */
export function utterance(segment: number, text: string): EventBody {
  const startMs = 1_000 * segment;
  return {
    ...{ kind: 'utterance', participantId: 'c1', role: 'customer', leg: 'customer', segment, revision: 0, final: true },
    ...{ text, startMs, endMs: startMs + 500 },
  };
}

export const started: EventBody = { kind: 'started', channel: 'chat', direction: 'inbound', externalIds: {} };
