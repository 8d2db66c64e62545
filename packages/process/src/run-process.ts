import { compileOffThread, followInForce } from '@earshot/control';
import {
  asError,
  createHealth,
  createLogger,
  createMetrics,
  describeConfig,
  type Health,
  type KafkaAddress,
  kafkaAddress,
  type Logger,
  type Metrics,
  type RunContext,
  readConfig,
  run,
  type Scope,
} from '@earshot/kit';
import type { Log } from '@earshot/log';
import { z } from 'zod';
import { measuredLog } from './measured-log.js';
import { createOpsDoor } from './ops-door.js';
import { type ProcessConfig, processShape } from './settings.js';
import { clusterTopics, type TopicSpec } from './topics.js';
import { tellTrouble } from './trouble.js';
import { watchLog } from './watch-log.js';

/** Conversations that began within it may still run, each with the rules of its beginning. */
const LONGEST_CONVERSATION_MS = 24 * 3_600_000;

/** What an adapter of the log is opened with. */
export interface LogAddress extends KafkaAddress {
  node: string;
  topics: Record<string, TopicSpec>;
  namespace: string;
  onTrouble(code: string, detail: Record<string, unknown>): void;
}

export interface ProcessParts {
  /** Name of this process among its equals. */
  node: string;
  log: Log;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  scope: Scope;
  /** A part cannot go on: the process ends and has to be started anew. */
  onFatal(error: Error): void;
  /** What is in force, read to the end of the control topic; and what compiles rules here. */
  followControl(): Promise<Followed>;
}

export type Followed = Awaited<ReturnType<typeof followInForce>> & {
  compile: ReturnType<typeof compileOffThread>;
  controlEpoch(): number;
};

/** Where a process listens, by what it speaks there: `{ http: 'http://127.0.0.1:8701' }`. */
export type Addresses = Record<string, string>;

export interface ProcessDefinition<Shape extends z.ZodRawShape> {
  service: string;
  /** Settings beside those of every process. */
  settings: Shape;
  openLog(at: LogAddress): Promise<Log>;
  /** Topics beside those that every process knows. */
  topics?(config: z.output<z.ZodObject<Shape>>, partitions: number): Record<string, TopicSpec>;
  /** It does what it is for while the log is away, so it stays ready then. */
  worksWithoutLog?: boolean;
}

/**
 * One service as a process of a cluster: settings, log, health and figures, an orderly stop. Log lines go to standard
 * error. A parent that has opened a channel is told `{ type: 'ready', addresses }`; should it die, the process stops.
 */
export async function runProcess<Shape extends z.ZodRawShape>(
  definition: ProcessDefinition<Shape>,
  start: (parts: ProcessParts, config: z.output<z.ZodObject<Shape>>) => Promise<Addresses>,
): Promise<void> {
  const argv = process.argv.slice(2);
  const { settings } = definition;
  const own = z.object(settings);
  const shape = z.object({ ...processShape, ...settings });
  if (argv.includes('--help')) {
    console.log(describeConfig(shape));
    return;
  }
  await run(async (context) => {
    const all = readConfig(shape, { env: process.env, argv }) as ProcessConfig & z.output<typeof own>;
    const topics = { ...clusterTopics(all.partitions), ...definition.topics?.(all, all.partitions) };
    const parts = await openParts({ ...definition, topics }, all, context);
    process.on('disconnect', () => context.stop(0));
    const addresses = await start(parts, all);
    context.scope.defer('traffic', () => parts.health.drain());
    parts.isUp();
    process.send?.({ type: 'ready', addresses: { ...addresses, ops: parts.opsUrl } });
  });
}

interface PartsDefinition extends Pick<ProcessDefinition<z.ZodRawShape>, 'service' | 'openLog' | 'worksWithoutLog'> {
  topics: Record<string, TopicSpec>;
}

async function openParts(
  { service, topics, openLog, worksWithoutLog = false }: PartsDefinition,
  config: ProcessConfig,
  { scope, stop }: RunContext,
): Promise<ProcessParts & { opsUrl: string; isUp(): void }> {
  const { node, namespace, opsHost, opsPort, metricsToken } = config;
  const kafka = kafkaAddress(config);
  const logger = createLogger({ service });
  scope.defer('log lines', () => logger.flush());
  const metrics = createMetrics({ process: true });
  const health = createHealth();
  let up = false;
  health.readiness('start', () => (up ? { ok: true } : { ok: false, reason: 'starting' }));
  // Open before the log is: who watches over us sees that we live.
  const token = metricsToken === undefined ? {} : { metricsToken };
  const ops = createOpsDoor({ host: opsHost, health, logger, metrics, ...token });
  scope.use('health and figures', ops);
  const { url: opsUrl } = await ops.listen({ host: opsHost, port: opsPort });

  const opened = await openLog({ ...kafka, node, topics, namespace, onTrouble: tellTrouble({ logger, metrics }) });
  scope.defer('log', () => opened.close());
  const log = measuredLog(opened, metrics);
  if (!worksWithoutLog) {
    const watch = watchLog(log);
    scope.defer('watch over the log', () => watch.stop());
    health.readiness('log', () => watch.check());
  }

  const onFatal = (error: Error) => {
    logger.error({ err: asError(error) }, 'a part cannot go on: the process ends');
    stop(1);
  };
  const followControl = async () => {
    const compile = compileOffThread(scope);
    const onFault = (error: unknown) => logger.error({ err: asError(error) }, 'a control record cannot be used');
    const inForce = await followInForce(log, {
      compile,
      onFault,
      pinnedSinceMs: log.clock() - LONGEST_CONVERSATION_MS,
    });
    scope.defer('control', () => inForce.control.stop());
    return { ...inForce, compile, controlEpoch: () => inForce.control.epoch() };
  };
  const isUp = () => {
    up = true;
    logger.info({ node }, 'up');
  };
  return { node, log, logger, metrics, health, scope, onFatal, followControl, opsUrl, isUp };
}
