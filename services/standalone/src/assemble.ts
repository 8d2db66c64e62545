import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { create as createAlert, createDeliveries, signingSecrets, webhookSender } from '@earshot/alert';
import { type Analytics, create as createAnalytics } from '@earshot/analytics';
import { create as createConsole } from '@earshot/console';
import {
  compileOffThread,
  createPublisher,
  DEMO_PEOPLE_YAML,
  followInForce,
  givenRules,
  noRoutes,
  publishWanted,
  ruleFilesIn,
  wantedPeople,
  wantedRoutes,
  wantedRules,
} from '@earshot/control';
import { openEmbeddedHints } from '@earshot/hints/embedded';
import { create as createIngest } from '@earshot/ingest';
import { createMetrics, type DataFolder, type Logger, type Scope, Secret, writeWhole } from '@earshot/kit';
import { createEgress, egressSettings } from '@earshot/kit/egress';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { createMasker, type Masker } from '@earshot/privacy';
import { measuredLog } from '@earshot/process/measured-log';
import { KEPT_MS } from '@earshot/process/topics';
import { createHistory, create as createRuleEngine } from '@earshot/rule-engine';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { create as createSentiment } from '@earshot/sentiment-service';
import type { StandaloneConfig } from './config.js';
import { judgedFirst } from './judged-first.js';
import { keepRetention } from './retention.js';
import { STANDALONE_TOPICS } from './topics.js';

/** Most records that are read again of each partition after a restart. */
const MAX_REFOLD = 25_000;

const LONGEST_CONVERSATION_MS = 24 * 3_600_000;

export interface AssembleOptions {
  config: StandaloneConfig;
  folder: DataFolder;
  logger: Logger;
  /** Everything that is acquired is let go through it. */
  scope: Scope;
  /** A part cannot go on: the process has to stop. */
  onFatal(error: Error): void;
}

/** The whole system on one page, with the embedded adapters. */
export async function assemble({ config, folder, logger, scope, onFatal }: AssembleOptions) {
  const metrics = createMetrics({ process: true });
  const opened = await openEmbeddedLog({ dir: folder.log, topics: STANDALONE_TOPICS });
  scope.defer('log', () => opened.close());
  keepRetention(opened, logger, scope);
  const log = measuredLog(opened, metrics);

  const peopleFile = config.people ?? folder.people;
  if (!config.people && !existsSync(peopleFile)) writeWhole(peopleFile, DEMO_PEOPLE_YAML);
  const people = wantedPeople(peopleFile);
  const { tenant } = people;
  const rules = wantedRules(
    tenant,
    config.rules ? givenRules(config.rules) : { ...loadStarterRulebook(), ...ruleFilesIn(folder.rules) },
  );

  const egress = createEgress(egressSettings(config));
  scope.defer('egress', () => egress.close());
  const routesFile = config.routes ?? folder.routes;
  const routes = config.routes || existsSync(routesFile) ? wantedRoutes(tenant, routesFile, egress.rules) : undefined;

  const compile = compileOffThread(scope);
  const onFault = () => logger.error({}, 'a control record cannot be read');
  const pinnedSinceMs = log.clock() - LONGEST_CONVERSATION_MS;
  const inForce = await followInForce(log, { compile, onFault, known: [rules.ruleSet], pinnedSinceMs });
  scope.defer('control', () => inForce.control.stop());
  const formerRoutes = inForce.control.latest(tenant, 'routes') ? noRoutes(tenant) : undefined;
  const wanted = [people, rules, routes ?? formerRoutes].filter((one) => one !== undefined);
  await publishWanted(log, inForce, wanted, log.clock());
  const publisher = createPublisher({ log, inForce, compile, clock: () => log.clock() });
  const { ruleSet } = inForce;
  const controlEpoch = () => inForce.control.epoch();

  const engine = await createRuleEngine({
    log,
    logger,
    metrics,
    ruleSet,
    controlEpoch,
    onFatal,
    settings: { language: config.lang ?? 'zh', maxRefold: MAX_REFOLD },
  });
  scope.defer('rule-engine', () => engine.stop());
  const { past } = inForce;
  const alert = await createAlert({
    log,
    logger,
    metrics,
    onFatal,
    routing: past,
    settings: { maxRefold: MAX_REFOLD },
  });
  scope.defer('alert', () => alert.stop());

  const portOf = (step: number) => (config.port === 0 ? 0 : config.port + step);
  const maskers = new Map<string, Masker>();
  const masker = (of: string) => {
    const known = maskers.get(of) ?? createMasker({ key: folder.key(`mask-${of}`) });
    maskers.set(of, known);
    return known;
  };
  const ingest = createIngest({
    log,
    logger,
    metrics,
    masker,
    ruleSetStamp: inForce.stamp,
    keys: inForce.keys,
    localTenant: tenant,
    http: { host: config.host, port: portOf(1) },
    grpc: { host: config.host, port: portOf(2) },
  });
  const doors = await ingest.start();
  scope.defer('ingest', () => ingest.stop());

  // Words are taken as soon as somebody judges them. All else reads thousands of records before it is of use, on the
  // same processors: it waits until what came while nobody judged is judged.
  await judgedFirst([engine, alert]);
  const history = await createHistory({ log, logger, onFatal });
  scope.defer('history', () => history.stop());
  const sentiment = config.sentiment
    ? await createSentiment({ log, logger, metrics, onFatal, hears: () => ({ staff: config.staffEmotion }) })
    : undefined;
  scope.defer('sentiment', async () => sentiment?.stop());

  const hints = openEmbeddedHints();
  scope.defer('hints', () => hints.stop());
  let analytics: Analytics | undefined;
  // From src and from dist alike.
  const pages = (name: string) => join(import.meta.dirname, '../../console', name, 'dist');
  const adminToken = folder.key('admin').toString('base64url');
  const desk = await createConsole({
    log,
    logger,
    metrics,
    controlEpoch,
    onFatal,
    people: inForce.people,
    publisher,
    rulesInForce: (of) => inForce.ruleSet(inForce.stamp(of)?.hash ?? ''),
    ruleSet,
    apiKeys: inForce.apiKeys,
    adminToken: new Secret(adminToken),
    warehouse: () => analytics?.warehouse(),
    ingestUrl: () => doors.http.url,
    keptMs: KEPT_MS,
    host: config.host,
    port: config.port,
    grpcPort: portOf(3),
    sessionKey: folder.key('session'),
    hints,
    webDir: pages('web'),
    widgetDir: pages('widget'),
    // What a CRM signs its agents' desk tokens with; made at the first start, see the data folder.
    deskSecret: (of) => (of === tenant ? folder.key('desk') : undefined),
    settings: {
      defaultTenant: tenant,
      // Checkpoints may lie a little further back than what is refolded.
      conversationsBackRecords: 1.25 * MAX_REFOLD,
      ...(config.lang === undefined ? {} : { lang: config.lang }),
      ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    },
  });
  scope.defer('console', () => desk.stop());

  const sender = webhookSender({
    egress,
    route: (of, id) => past.routes(of).routes.find((one) => one.id === id),
    routesEpoch: (of) => past.routes(of).epoch,
    secret: signingSecrets(folder.secrets, process.env),
    linkTo: (conversationId, alertId) =>
      new URL(`/#/c/${encodeURIComponent(conversationId)}?alert=${alertId}`, config.publicUrl ?? desk.url).href,
    now: log.clock.bind(log),
  });
  const deliveries = await createDeliveries({ log, logger, metrics, sender, controlEpoch, onFatal });
  scope.defer('deliveries', () => deliveries.stop());

  /** Apart from the rest, because the engine is large and may be missing: the alert road is open before. */
  const startAnalysis = () => {
    const started = createAnalytics({
      log,
      logger,
      metrics,
      openWarehouse: async () => (await import('@earshot/warehouse/chdb')).openChdbWarehouse({ dir: folder.warehouse }),
    });
    analytics = started;
    scope.defer('analytics', () => started.stop());
    started.start();
    return started;
  };

  /** Resolves once everything that is on the log now has been judged and alerted. */
  const settled = async () => {
    await sentiment?.caughtUp();
    await engine.caughtUp();
    await history.caughtUp();
    await engine.caughtUp();
    await alert.caughtUp();
  };

  /** Everything that can be called, each with its policy: for the check that nothing stands open. */
  const registry = () => {
    const { routes, methods } = ingest.registry();
    return { routes: [...desk.routes, ...routes], methods: [...methods, ...(desk.grpc?.methods ?? [])] };
  };

  return {
    log,
    tenant,
    metrics,
    settled,
    registry,
    console: desk,
    doors,
    adminToken,
    people: () => inForce.people.people(tenant),
    startAnalysis,
  };
}
