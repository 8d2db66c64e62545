import type { Publisher } from '@earshot/control';
import type { Hints } from '@earshot/hints';
import { asError, createHealth, createScope, type Logger, type Metrics, type Secret, startInScope } from '@earshot/kit';
import type { ApiKey } from '@earshot/kit/access';
import type { GrpcAddress, MethodInfo } from '@earshot/kit/grpc';
import { createHttp, isLoopback, type RouteInfo, registerHealthRoutes } from '@earshot/kit/http';
import type { DoorTls } from '@earshot/kit/tls';
import type { Log, LogRecord } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import type { RuleSet } from '@earshot/rules';
import { TOPICS, type TopicName } from '@earshot/wire';
import cookie from '@fastify/cookie';
import { createAccess, type PeopleView } from './access.js';
import { type Clock, systemClock } from './clock.js';
import { createDeadLetterOffice } from './dead-letters/office.js';
import { openGrpcDoor } from './grpc-door.js';
import { createPast } from './history/past.js';
import { createRuleHits } from './history/rule-hits.js';
import { registerAdminRoutes } from './http/admin-routes.js';
import { createAttemptLimit, refuseBeyond } from './http/attempts.js';
import { registerDeadLetterRoutes } from './http/dead-letter-routes.js';
import { registerExplainRoutes } from './http/explain-routes.js';
import { guardAgainstForeignPages } from './http/guard.js';
import { registerLongHealthNames } from './http/health-names.js';
import { registerLiveRoute } from './http/live-route.js';
import { createOrigins } from './http/origins.js';
import { registerPages } from './http/pages.js';
import { registerPresenceRoutes } from './http/presence-routes.js';
import { registerReadRoutes } from './http/read-routes.js';
import { registerRuleRoutes } from './http/rule-routes.js';
import { registerSessionRoutes, viewOf } from './http/session-routes.js';
import { registerTopicRoutes } from './http/topic-routes.js';
import { createAct } from './live/act.js';
import { createHub } from './live/hub.js';
import { createRowsMessage } from './live/rows-message.js';
import { onAlerts } from './on-alerts.js';
import { onConversations, RECORD_KEEPER } from './on-conversations.js';
import { createPace } from './pace.js';
import type { ConsoleWarehouse } from './ports.js';
import { createRuleOffice } from './rules/rule-office.js';
import { createAuthenticator } from './session/authenticate.js';
import type { DeskSecret } from './session/desk-token.js';
import { followSessions } from './session/facts.js';
import { createSignInLinks } from './session/links.js';
import { createSessions } from './session/sessions.js';
import { createTickets } from './session/tickets.js';
import { createTokens } from './session/tokens.js';
import { type ConsoleSettings, DEFAULT_SETTINGS } from './settings.js';
import { createBook } from './state/book.js';
import { evict, isOver } from './state/evict.js';
import { endOffsets, lastRecords, reaches, stillNeeded } from './state/positions.js';

export interface ConsoleDeps {
  log: Log;
  people: PeopleView;
  /** The way rules change, and those in force; absent: rules are not managed here. */
  publisher?: Publisher;
  rulesInForce?(tenant: string): RuleSet | undefined;
  /** Any set by its hash; undefined: unknown, or not compiled yet, which being asked for it will be. */
  ruleSet?(hash: string): RuleSet | undefined;
  /** Highest control epoch known to this process. */
  controlEpoch(): number;
  /** How long topics keep what nobody needs any more, ms, for whoever asks; what is not named is kept for ever. */
  keptMs?: Partial<Record<TopicName, number>>;
  /** Undefined while, or for good if, the analysis engine is not there. */
  warehouse?(): ConsoleWarehouse | undefined;
  /** Where conversations are sent in over HTTP, once it is known; pages show it to newcomers. */
  ingestUrl?(): string | undefined;
  logger: Logger;
  metrics: Metrics;
  clock?: Clock;
  host: string;
  port: number;
  /** Where rules are managed over gRPC, 0: any free one; absent: over HTTP only. */
  grpcPort?: number;
  /** A door without it speaks plain text; for pages it needs the public address too. */
  tls?: { grpc?: DoorTls | undefined; http?: DoorTls | undefined };
  /** Signs sessions, links and tickets: at least 32 random bytes, the same in every console. */
  sessionKey: Uint8Array;
  /** Who is there, and how often things were tried, at all consoles. */
  hints: Hints;
  webDir: string;
  widgetDir: string;
  /** Opens the operator's routes; absent: nobody does. */
  adminToken?: Secret;
  apiKeys?(): readonly ApiKey[];
  deskSecret?: DeskSecret;
  /** A reader of the log has failed: the process has to be replaced. */
  onFatal(error: Error): void;
  settings: Pick<ConsoleSettings, 'defaultTenant'> & Partial<ConsoleSettings>;
}

export interface Console {
  url: string;
  routes: readonly RouteInfo[];
  /** Where the gRPC door listens, and what it offers; absent: there is none. */
  grpc?: { address: GrpcAddress; methods: readonly MethodInfo[] };
  /** A link that signs this person in, once, for 15 minutes. Throws `person-unknown`. */
  issueSignInLink(staffNumber: string, tenant?: string): Promise<string>;
  stop(): Promise<void>;
}

const BEAT_MS = 50;
const SECOND_MS = 1_000;
const EVICT_EVERY_MS = 5_000;
const SHORTEST_KEY_BYTES = 32;

/** Hears `alerts` and `conversations`, says `cases` (what people did), and alone talks to browsers. */
export function create(deps: ConsoleDeps): Promise<Console> {
  const scope = createScope();
  return startInScope(async () => {
    const { log, logger, metrics, hints, sessionKey } = deps;
    if (sessionKey.length < SHORTEST_KEY_BYTES) {
      const message = `the session key must be at least ${SHORTEST_KEY_BYTES} random bytes`;
      throw new EarshotError('key-too-short', message, { detail: { exitCode: 2 } });
    }
    const clock = deps.clock ?? systemClock();
    const settings: ConsoleSettings = { ...DEFAULT_SETTINGS, ...deps.settings };
    const health = createHealth();
    const access = createAccess(deps.people);
    const analysis = () => (deps.warehouse?.()?.state() === 'ready' ? 'on' : 'off');

    const ends = await endOffsets(log, TOPICS.alerts);
    const book = createBook(access, { keepLines: settings.keepLines, partitions: ends.length });
    const hub = createHub(book, (one) => !isOver(one, log.clock(), settings.keep));
    const consumer = { book, hub, logger, metrics };
    let reading = true;
    health.readiness('log', () => (reading ? { ok: true } : { ok: false, reason: 'a reader has stopped' }));
    const onError = (error: unknown) => {
      reading = false;
      deps.onFatal(asError(error));
    };

    const { sessionMs, signInLinkMs, ticketMs } = settings;
    const tokens = createTokens({ key: sessionKey, clock, logClock: () => log.clock() });
    let closeEnded = () => {};
    const facts = await followSessions({
      ...{ log, clock, logger, metrics, onError },
      longestMs: Math.max(sessionMs, signInLinkMs) + SECOND_MS,
      onEnded: () => closeEnded(),
    });
    scope.use('sessions', facts);
    const sessions = createSessions({ tokens, facts, clock, timeToLiveMs: sessionMs });

    type Handle = (records: readonly LogRecord[]) => Promise<void>;
    const tail = async (topic: string, offsets: Record<number, number>, handle: Handle) =>
      scope.use(topic, await log.tail({ topic, from: { offsets }, handle, onError }));
    const alertsFrom = await lastRecords(log, TOPICS.alerts, settings.alertsBackRecords);
    const alerts = await tail(TOPICS.alerts, alertsFrom, onAlerts(consumer));
    scope.defer(
      'people',
      deps.people.onChange((tenant) => hub.peopleChanged(tenant)),
    );
    await alerts.caughtUp();
    book.begin(ends);
    // Rows and words come behind: who has to answer an alert does not wait for them.
    const pace = createPace();
    const takeFacts = onConversations({ ...consumer, pace });
    const wordsFrom = await stillNeeded(log, TOPICS.conversations, {
      group: RECORD_KEEPER,
      least: settings.conversationsLeastBackRecords,
      most: settings.conversationsBackRecords,
    });
    const words = await tail(TOPICS.conversations, wordsFrom, takeFacts);

    let port = 0;
    const tls = deps.tls?.http !== undefined;
    const origins = createOrigins({ host: deps.host, publicUrl: settings.publicUrl, tls }, () => port);
    const cookieName = origins.secure ? '__Host-earshot' : 'earshot';
    const openMetrics = isLoopback(deps.host);
    const keyLimit = { max: settings.requestsPerKeyPerMinute, windowMs: 60 * SECOND_MS };
    const onKey = (tenant: string, who: string) =>
      refuseBeyond(hints.rates.take({ tenant, what: 'console-key', who }, keyLimit));
    const auth = createAuthenticator({ ...deps, sessions, access, clock, cookieName, openMetrics, onKey });
    const tickets = createTickets({ tokens, clock, timeToLiveMs: ticketMs });
    const links = createSignInLinks({ tokens, facts, timeToLiveMs: signInLinkMs });

    const signInLink = async (staffNumber: string, tenant = settings.defaultTenant): Promise<string> => {
      const principal = access.principal(tenant, staffNumber);
      if (!principal) throw new EarshotError('person-unknown', 'nobody of this staff number works here');
      return `${origins.forView(viewOf(principal))}/sign-in?token=${await links.issue(tenant, staffNumber)}`;
    };

    const publicHost = settings.publicUrl === undefined ? [] : [new URL(settings.publicUrl).hostname];
    const http = createHttp({
      logger,
      metrics,
      authenticate: (request) => auth.principal(request),
      allowedHosts: publicHost,
      tls: deps.tls?.http,
    });
    scope.use('http', http);
    const { app } = http;
    await app.register(cookie);
    guardAgainstForeignPages(app, origins);
    const act = createAct({ log, book, clock, metrics, controlEpoch: deps.controlEpoch });
    const live = await registerLiveRoute(app, {
      hub,
      book,
      access,
      act,
      clock,
      logger,
      metrics,
      auth,
      tickets,
      origins,
      analysis,
      limits: settings.live,
      rowsMessage: createRowsMessage(),
      presence: hints.presence,
      reaches: (offsets) => reaches(log, TOPICS.alerts, book.next, offsets),
      isEnded: (session) => sessions.isEnded(session),
      connectionsPerPerson: settings.connectionsPerPerson,
    });
    closeEnded = () => live.closeEnded();
    const attempts = createAttemptLimit(hints.rates, sessionKey);
    registerSessionRoutes(app, {
      ...settings,
      access,
      auth,
      sessions,
      clock,
      links,
      tickets,
      cookieName,
      deskSecret: deps.deskSecret,
      ingestUrl: () => deps.ingestUrl?.(),
      secure: origins.secure,
      managesRules: deps.publisher !== undefined,
      attempts,
    });
    registerPresenceRoutes(app, { access, presence: hints.presence });
    const warehouse = () => deps.warehouse?.();
    const past = createPast({ warehouse, clock, logger });
    registerReadRoutes(app, { access, book, past, analysis, attempts });
    registerAdminRoutes(app, {
      ...{ log, warehouse },
      issueSignInLink: (staffNumber) => signInLink(staffNumber),
      endSessions: (staffNumber) => sessions.endAll(settings.defaultTenant, staffNumber),
    });
    registerTopicRoutes(app, { log, keptMs: (topic) => deps.keptMs?.[topic] });
    registerDeadLetterRoutes(app, createDeadLetterOffice(log));
    const { publisher } = deps;
    const office =
      publisher &&
      createRuleOffice({
        publisher,
        rulesInForce: (tenant) => deps.rulesInForce?.(tenant),
        defaultTenant: settings.defaultTenant,
      });
    if (office) {
      const { lateness } = settings;
      const ruleSet = (hash: string) => deps.ruleSet?.(hash);
      registerExplainRoutes(app, { access, book, past, publisher, ruleSet, lateness, attempts });
      registerRuleRoutes(app, { office, access, hits: createRuleHits({ warehouse, clock, logger }), attempts });
    }
    registerHealthRoutes(app, health, metrics);
    registerLongHealthNames(app, health);
    await registerPages(app, { ...settings, webDir: deps.webDir, widgetDir: deps.widgetDir });

    ({ port } = await http.listen({ host: deps.host, port: deps.port }));
    const grpc =
      office && deps.grpcPort !== undefined
        ? await openGrpcDoor(
            { office, auth, logger, metrics, at: { host: deps.host, port: deps.grpcPort }, tls: deps.tls?.grpc },
            scope,
          )
        : undefined;
    scope.defer('live', () => live.stop());
    metrics.gauge('earshot_console_live_connections', 'Open live connections', [], () => live.count());
    metrics.gauge('earshot_console_live_buffered_bytes', 'Bytes waiting for the slowest page', [], () =>
      live.mostBuffered(),
    );
    scope.defer(
      'beat',
      clock.every(BEAT_MS, () => hub.beat()),
    );
    scope.defer(
      'watch',
      clock.every(SECOND_MS, () => live.beat(clock.now())),
    );
    scope.defer(
      'evict',
      clock.every(EVICT_EVERY_MS, () => hub.rowsGone(evict(book, log.clock(), settings.keep))),
    );
    const caughtUp = () => {
      pace.end();
      hub.live();
    };
    words.caughtUp().then(caughtUp, onError);

    return {
      url: origins.forView('wall'),
      routes: http.routes,
      ...(grpc ? { grpc } : {}),
      issueSignInLink: signInLink,
      async stop() {
        health.drain();
        await scope.close();
      },
    };
  }, scope);
}
