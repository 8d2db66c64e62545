import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars } from './kafka-jars.js';

export { kafkaMissing } from './kafka-jars.js';

const READY_WITHIN_MS = 60_000;
const JVM = ['-Xms96m', '-Xmx400m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

/**
 * Runs the command that follows the folder, as a child that cannot outlive us: when our end of its input closes, by
 * whatever cause, the child is killed and, unless `keep` was said, the folder is removed.
 */
const GUARD = `dir=$1; shift
"$@" >>"$dir/server.log" 2>&1 </dev/null &
child=$!
echo $child
read -r word
kill -9 $child 2>/dev/null
wait $child 2>/dev/null
[ "$word" = keep ] || rm -rf "$dir"`;

export interface KafkaBroker {
  /** host:port on loopback. */
  address: string;
  /** Holds its settings, data and `server.log`. */
  folder: string;
  /** How other nodes of the cluster find its controller. */
  controller: string;
  /** Process id of the server that runs now. */
  pid(): number;
  /** kill -9; the data stays. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port; resolves when it answers. */
  start(): Promise<void>;
  /** Ends the server and removes its data. Idempotent. */
  stop(): Promise<void>;
}

export interface KafkaBrokerOptions {
  settings?: Record<string, string | number>;
  /** Be one more broker of this one's cluster, under this number; absent: a cluster of its own. */
  joins?: { broker: KafkaBroker; as: number };
}

/** A real Kafka in KRaft mode: one node, free ports on loopback, data in a temporary folder. */
export async function startKafkaBroker({ settings = {}, joins }: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const classPath = join(await kafkaJars(), '*');
  const dir = mkdtempSync(join(tmpdir(), 'earshot-kafka-'));
  const properties = join(dir, 'server.properties');
  const [port, controllerPort] = await freePorts();
  const address = `127.0.0.1:${port}`;
  const controller = joins?.broker.controller ?? `1@127.0.0.1:${controllerPort}`;
  const own = { ...(joins && { 'process.roles': 'broker', 'node.id': joins.as }), ...settings };
  const listeners = { broker: address, controller: joins ? undefined : `127.0.0.1:${controllerPort}` };
  writeFileSync(properties, serverProperties(dir, listeners, controller, own));
  const tool = ['-XX:TieredStopAtLevel=1', QUIET, '-cp', classPath, 'kafka.tools.StorageTool'];
  await promisify(execFile)('java', [...tool, 'format', '-t', 'EARSHOTtestsKafka00000', '-c', properties]);

  let running: Guarded | undefined;
  const broker: KafkaBroker = {
    address,
    folder: dir,
    controller,
    pid: () => running?.pid ?? 0,
    kill: async () => {
      await running?.end('keep');
      running = undefined;
    },
    start: async () => {
      running = await guarded(dir, ['java', ...JVM, QUIET, '-cp', classPath, 'kafka.Kafka', properties]);
      await answering(address, dir);
    },
    stop: async () => {
      await running?.end('');
      running = undefined;
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await broker.start();
    return broker;
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

interface Guarded {
  pid: number;
  end(word: string): Promise<void>;
}

async function guarded(dir: string, command: readonly string[]): Promise<Guarded> {
  // A group of its own: a Ctrl-C in the terminal must not end the guard before the child.
  const guard: ChildProcessWithoutNullStreams = spawn('sh', ['-c', GUARD, 'sh', dir, ...command], { detached: true });
  const ended = new Promise<void>((resolve) => guard.once('close', () => resolve()));
  const lines = createInterface({ input: guard.stdout });
  const pid = await new Promise<number>((resolve, reject) => {
    guard.once('error', reject);
    lines.once('line', (line) => resolve(Number(line)));
  });
  return {
    pid,
    end: async (word) => {
      guard.stdin.end(`${word}\n`);
      await ended;
    },
  };
}

async function answering(address: string, dir: string): Promise<void> {
  const retry = { retries: 0, initialRetryTime: 50 };
  const kafka = new Kafka({ brokers: [address], connectionTimeout: 2_000, logLevel: logLevel.NOTHING, retry });
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length > 0) return;
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(`Kafka does not answer: ${readFileSync(join(dir, 'server.log'), 'utf8').slice(-2_000)}`, {
          cause: error,
        });
      }
    } finally {
      await admin.disconnect();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function serverProperties(
  dir: string,
  listeners: { broker: string; controller: string | undefined },
  controller: string,
  more: Record<string, string | number>,
): string {
  const own = [`PLAINTEXT://${listeners.broker}`];
  if (listeners.controller !== undefined) own.push(`CONTROLLER://${listeners.controller}`);
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: own.join(','),
    'advertised.listeners': `PLAINTEXT://${listeners.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.quorum.voters': controller,
    'log.dirs': join(dir, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A server that comes back after kill -9 waits until its former session has run out.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': 'false',
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    ...more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address && typeof address === 'object') ports.push(address.port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
