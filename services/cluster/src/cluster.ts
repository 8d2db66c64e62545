import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_PEOPLE_YAML, DEMO_STAFF } from '@earshot/control';
import { asError, type DataFolder, type RunContext, writeWhole } from '@earshot/kit';
import { kafkaMissing, startKafkaBroker } from '@earshot/log/kafka-broker';
import { EarshotError } from '@earshot/model';
import { TOPICS } from '@earshot/wire';
import type { ClusterConfig } from './config.js';
import { createCrew } from './crew.js';
import { refuseIfTaken, writeInstance } from './instance.js';
import { KEYS, planOf } from './plan.js';
import { choosePorts } from './ports.js';
import { prepare } from './prepare.js';
import { chooseRedis } from './redis.js';
import { signInLink } from './sign-in-link.js';
import type { StoreServer } from './status.js';
import { textsOf } from './texts.js';
import { wantedOf } from './wanted-files.js';
import { answers, chooseWarehouse, warehouseSecrets } from './warehouse.js';
import { watchServer } from './watched-server.js';

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
  const inbound = config.inbound.size > 0 ? config.inbound : new Map([[TOPICS.inbound, tenant]]);
  for (const name of KEYS) folder.key(name);
  const ports = await choosePorts(config.port, config.replicas.console);

  say(texts.starting);
  scope.defer('farewell', () => say(texts.stopped));
  const broker = await startKafkaBroker({ folder: join(folder.root, 'kafka'), port: config.kafkaPort });
  scope.defer('Kafka', () => broker.stop());
  const kafka = broker.address;
  say(texts.preparing);
  const { partitions } = config;
  await prepare({ brokers: [kafka], partitions, inbound, copies: { all: 1, inSync: 1 }, wanted });

  const redis = await chooseRedis(config, folder, ports.redis);
  scope.defer('Redis', async () => redis.server?.stop());
  if (redis.trouble !== undefined) say(texts.noRedis(redis.trouble));
  const stores: StoreServer[] = [
    { name: 'kafka', address: kafka, log: join(broker.folder, 'server.log'), pid: () => broker.pid() },
  ];
  const { server } = redis;
  if (server) {
    const log = join(server.folder, 'redis.log');
    stores.push({ name: 'redis', address: server.address, log, pid: () => server.pid() });
  }

  const crew = createCrew(stores, folder, texts, say);
  scope.defer('services', () => crew.stop());
  const chosen = chooseWarehouse(config, folder, ports.warehouse);
  if (chosen === 'missing') say(texts.engineMissing);
  const warehouse = typeof chosen === 'string' ? undefined : chosen;
  const secrets = warehouse && warehouseSecrets(warehouse);
  const shared = { ...(warehouse && { warehouse }), ...(redis.place && { redis: redis.place }) };
  const places = { kafka, ports, tenant, inbound, lang, root: folder.root, ...shared };
  const parts = planOf(config, places);
  say(texts.services(parts.length));
  const services = parts.map(({ name, service, args, asksWarehouse, asksRedis }) =>
    crew.begin(name, {
      args,
      // From src and from dist alike.
      program: join(import.meta.dirname, '../..', service, 'dist/main.js'),
      env: { ...(asksWarehouse && secrets), ...(asksRedis && redis.place?.secrets) },
    }),
  );
  if (warehouse?.program) {
    const { url, program } = warehouse;
    const isReady = async () => ((await answers(url)) ? { http: url } : undefined);
    const engine = crew.begin('clickhouse', { program: program.path, args: program.args, env: secrets ?? {}, isReady });
    // The alert road does not wait for it.
    engine.whenReady.catch((error: Error) => say(error.message));
  }
  scope.defer('word about stopping', () => say(texts.stopping));
  await Promise.all(services.map((one) => one.whenReady));
  if (stopping.aborted) return;

  const instance = {
    consoleUrl: crew.addressOf('console-1', 'http'),
    httpUrl: crew.addressOf('ingest-1', 'http'),
    grpcAddress: crew.addressOf('ingest-1', 'grpc'),
    rulesAddress: crew.addressOf('console-1', 'grpc'),
    adminToken: folder.key('admin').toString('base64url'),
    kafka,
  };
  writeInstance(folder, instance);
  scope.defer('instance file', () => rmSync(folder.instance, { force: true }));
  const watch = watchServer({
    server: broker,
    onGone: () => say(texts.kafkaGone),
    onBack: () => {
      say(texts.back('Kafka'));
      crew.tell();
    },
    onFailed: () => stop(1),
  });
  scope.defer('watch over Kafka', () => watch.stop());
  if (server) {
    const redisWatch = watchServer({
      server,
      onGone: () => {
        say(texts.redisGone);
        crew.tell();
      },
      onBack: () => {
        say(texts.back('Redis'));
        crew.tell();
      },
      // Nobody needs it: it stays away.
      onFailed: (error) => say(texts.noRedis(asError(error).message)),
    });
    scope.defer('watch over Redis', () => redisWatch.stop());
  }
  crew.open();

  for (const line of crew.table()) say(line);
  say(texts.doors(crew.addressesOf('console', 'http').join(' '), instance.httpUrl, instance.grpcAddress));
  say(texts.links);
  for (const { staffNumber } of DEMO_STAFF) {
    const link = await signInLink(instance.consoleUrl, instance.adminToken, staffNumber);
    if (link !== undefined) say(`  ${staffNumber}  ${link}`);
  }
  say(texts.howToStop);
  say(texts.ready(kafka, performance.now() - startedMs));
}
