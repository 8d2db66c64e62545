import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, createScope, type Scope, Secret, silentLogger } from '@earshot/kit';
import { createEgress, type EgressSettings } from '@earshot/kit/egress';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { type Alert, conversationKey, type Finding, findingId, type Route, utteranceAnchor } from '@earshot/model';
import { decodeAlertRecord, encodeCaseFact, TOPICS } from '@earshot/wire';
import { create, createDeliveries, type DeliverySettings, webhookSender } from '../../src/index.js';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const TENANT = 't';

export interface HouseOptions {
  routes: Route[];
  settings?: Partial<DeliverySettings>;
  egress?: Partial<EgressSettings>;
  secrets?: Record<string, string>;
  dir?: string;
}

export function route(id: string, url: string, more: Partial<Route> = {}): Route {
  return { id, url, secrets: [{ file: 'one' }], severities: ['high', 'critical'], content: 'reference', ...more };
}

/** Alerting, deliveries and webhooks over a real log, as `assemble.ts` puts them together. */
export async function openHouse(options: HouseOptions, scope: Scope = createScope()) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'earshot-alert-'));
  if (!options.dir) scope.defer('folder', () => rmSync(dir, { recursive: true, force: true }));
  const topics = Object.fromEntries(Object.values(TOPICS).map((name) => [name, { partitions: 1 }]));
  const log = await openEmbeddedLog({ dir, topics });
  scope.defer('log', () => log.close());
  const fatal: Error[] = [];
  const control = { epoch: 1, routes: options.routes };
  const units: Record<string, string[]> = { '10001': ['wealth', 'centre'] };
  const routing = {
    known: () => true,
    at: () => ({ routes: control.routes, unitsOf: (staffNumber: string) => units[staffNumber] ?? [] }),
  };
  const egress = createEgress({
    ports: Array.from({ length: 65_535 }, (_, index) => index + 1),
    http: true,
    privateRanges: ['127.0.0.1/32'],
    timeoutMs: 500,
    ...options.egress,
  });
  scope.defer('egress', () => egress.close());
  const secrets = options.secrets ?? { one: SECRET };
  const deps = {
    log,
    logger: silentLogger(),
    metrics: createMetrics(),
    onFatal: (error: Error) => void fatal.push(error),
  };
  const sender = webhookSender({
    egress,
    route: (_tenant, id) => control.routes.find((one) => one.id === id),
    routesEpoch: () => control.epoch,
    secret(reference) {
      const found = 'file' in reference ? secrets[reference.file] : undefined;
      return found === undefined ? undefined : new Secret(found);
    },
    linkTo: (conversationId, alertId) => `https://earshot.example/#/c/${conversationId}?alert=${alertId}`,
    now: Date.now,
  });
  const startAlert = () => create({ ...deps, routing });
  const startDeliveries = () =>
    createDeliveries({
      ...deps,
      sender,
      controlEpoch: () => control.epoch,
      settings: { backoffMs: [20, 40], commitEveryMs: 20, graceMs: 100, ...options.settings },
    });
  const alert = scope.use('alert', await startAlert());
  let asOf = 0;
  return {
    dir,
    scope,
    log,
    control,
    secrets,
    fatal,
    alert,
    startDeliveries,
    metrics: deps.metrics,
    /** rule-engine says what stands in a conversation. */
    async stands(conversationId: string, findings: Finding[]): Promise<void> {
      const summary = { channel: 'voice' as const, externalIds: {}, agents: ['10001'], skillGroup: 'vip' };
      const set = { tenant: TENANT, conversationId, life: 1, asOf: ++asOf, findings, summary };
      const body = { kind: 'standing' as const, set: { ...set, closing: false, controlEpoch: control.epoch } };
      const value = encodeCaseFact({ tenant: TENANT, conversationId, body });
      await log.append([{ topic: TOPICS.cases, key: conversationKey(TENANT, conversationId), value }]);
      await alert.caughtUp();
    },
    /** Every alert as it was told last. */
    async alerts(): Promise<Map<string, Alert>> {
      const last = new Map<string, Alert>();
      for (const { value } of await log.read(TOPICS.alerts, 0, 0, 100_000)) {
        const said = decodeAlertRecord(value);
        for (const one of said.kind === 'alert' ? [said.alert] : said.list.alerts) last.set(one.id, one);
      }
      return last;
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

export function finding(conversationId: string, segment = 1, more: Partial<Finding> = {}): Finding {
  const anchor = utteranceAnchor('agent', segment);
  const words = { leg: 'agent', segment, revision: 0, participantId: 'a', role: 'agent' as const };
  const nowMs = Date.now();
  return {
    id: findingId(TENANT, conversationId, 'promise', anchor),
    ruleId: 'promise',
    anchor,
    severity: 'high',
    points: 0,
    evidence: [{ ...words, startMs: nowMs - 900, endMs: nowMs, quote: '保证[NUMBER]收益', spans: [] }],
    wordsAtMs: nowMs,
    receivedAtMs: nowMs,
    provisional: false,
    ruleSetHash: 'h',
    prompt: { title: '承诺收益', what: 'CANARY-WHAT', say: ['CANARY-SAY'], next: 'n' },
    tags: [],
    ...more,
  };
}
