import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_PEOPLE_YAML, DEMO_STAFF } from '@earshot/control';
import { type DataFolder, type RunContext, writeWhole } from '@earshot/kit';
import { kafkaMissing, startKafkaBroker } from '@earshot/log/kafka-broker';
import { EarshotError } from '@earshot/model';
import type { ClusterConfig } from './config.js';
import { refuseIfTaken, writeInstance } from './instance.js';
import { type ManagedProcess, manageProcess } from './managed-process.js';
import { KEYS, planOf } from './plan.js';
import { choosePorts } from './ports.js';
import { prepare } from './prepare.js';
import { signInLink } from './sign-in-link.js';
import { statusLines, statusOf, writeStatus } from './status.js';
import { textsOf } from './texts.js';
import { wantedOf } from './wanted-files.js';
import { watchKafka } from './watched-kafka.js';

const SERVICES_STOP_WITHIN_MS = 5_000;

export interface ClusterOptions extends RunContext {
  config: ClusterConfig;
  folder: DataFolder;
  say(line: string): void;
}

/** A Kafka and every service as a process of its own, on loopback; resolves once the road is open. */
export async function startCluster({ config, folder, scope, stop, stopping, say }: ClusterOptions): Promise<void> {
  const startedMs = performance.now();
  const lang = config.lang ?? (/^en/i.test(process.env.LC_ALL ?? process.env.LANG ?? '') ? 'en' : 'zh');
  const texts = textsOf(lang);
  const missing = kafkaMissing();
  if (missing !== undefined) throw new EarshotError('kafka-missing', missing);
  refuseIfTaken(folder);
  const people = config.people ?? folder.people;
  if (!config.people && !existsSync(people)) writeWhole(people, DEMO_PEOPLE_YAML);
  const { rules, routes = folder.routes } = config;
  const files = { people, ownRules: folder.rules, routes, ...(rules === undefined ? {} : { rules }) };
  const wanted = await wantedOf(files, process.env);
  const [{ tenant }] = wanted;
  for (const name of KEYS) folder.key(name);
  const ports = await choosePorts(config.port);

  say(texts.starting);
  scope.defer('farewell', () => say(texts.stopped));
  const broker = await startKafkaBroker({ folder: join(folder.root, 'kafka'), port: config.kafkaPort });
  scope.defer('Kafka', () => broker.stop());
  const kafka = broker.address;
  say(texts.preparing);
  const copies = { all: 1, inSync: 1 };
  await prepare({ brokers: [kafka], partitions: config.partitions, copies, wanted });

  const parts = planOf(config, { kafka, ports, tenant, lang, root: folder.root });
  say(texts.services(parts.length));
  let open = false;
  const tell = () => writeStatus(folder, statusOf(broker, processes));
  const processes: ManagedProcess[] = parts.map(({ name, service, args }) => {
    return manageProcess({
      name,
      args,
      // From src and from dist alike.
      program: join(import.meta.dirname, '../..', service, 'dist/main.js'),
      nodeFlags: process.execArgv,
      logFile: join(folder.logs, `${name}.log`),
      onEnded: (how, againMs) => {
        say(texts.ended(name, how, againMs));
        tell();
      },
      onReady: () => {
        if (!open) return;
        say(texts.back(name));
        tell();
      },
    });
  });
  scope.defer('services', () => Promise.all(processes.map((one) => one.stop(SERVICES_STOP_WITHIN_MS))));
  scope.defer('word about stopping', () => say(texts.stopping));
  await Promise.all(processes.map((one) => one.whenReady));
  if (stopping.aborted) return;

  const addressOf = (name: string, speaks: string) =>
    processes.find((one) => one.name === name)?.addresses()[speaks] ?? '';
  const [consoleUrl, httpUrl] = [addressOf('console-1', 'http'), addressOf('ingest-1', 'http')];
  const [grpcAddress, rulesAddress] = [addressOf('ingest-1', 'grpc'), addressOf('console-1', 'grpc')];
  const adminToken = folder.key('admin').toString('base64url');
  writeInstance(folder, { consoleUrl, httpUrl, grpcAddress, rulesAddress, adminToken, kafka });
  scope.defer('instance file', () => rmSync(folder.instance, { force: true }));
  const watch = watchKafka({
    broker,
    onGone: () => say(texts.kafkaGone),
    onBack: () => {
      say(texts.back('Kafka'));
      tell();
    },
    onFailed: () => stop(1),
  });
  scope.defer('watch over Kafka', () => watch.stop());
  open = true;
  tell();

  for (const line of statusLines(statusOf(broker, processes), texts)) say(line);
  say(texts.doors(consoleUrl, httpUrl, grpcAddress));
  say(texts.links);
  for (const { staffNumber } of DEMO_STAFF) {
    const link = await signInLink(consoleUrl, adminToken, staffNumber);
    if (link !== undefined) say(`  ${staffNumber}  ${link}`);
  }
  say(texts.howToStop);
  say(texts.ready(kafka, performance.now() - startedMs));
}
