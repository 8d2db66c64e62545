import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { EarshotError } from '@earshot/model';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars } from './jars.js';
import { freePorts } from './ports.js';
import { serverProperties } from './properties.js';

export { kafkaJars, kafkaMissing } from './jars.js';

const READY_WITHIN_MS = 60_000;
const JVM = {
  // Up as soon as can be.
  'throw-away': ['-Xms96m', '-Xmx400m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  kept: ['-Xms128m', '-Xmx512m', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
};
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

/**
 * Runs the command that follows the folder, as a child that cannot outlive us: when our end of its input closes, by
 * whatever cause, the child is killed and, if the folder is ours (`throw-away`) and `keep` was not said, removed.
 * `end` lets the child write down what it has in memory, so that the next start has nothing to repair.
 */
const GUARD = `dir=$1; whose=$2; shift 2
"$@" >>"$dir/server.log" 2>&1 </dev/null &
child=$!
echo $child
read -r word
if [ "$word" = end ]; then
  kill -TERM $child 2>/dev/null
  (sleep 4; kill -9 $child) >/dev/null 2>&1 &
  late=$!
  wait $child 2>/dev/null
  kill $late 2>/dev/null
else
  kill -9 $child 2>/dev/null
  wait $child 2>/dev/null
fi
[ "$whose" != throw-away ] || [ "$word" = keep ] || rm -rf "$dir"`;

export interface KafkaBroker {
  /** host:port on loopback, in plain text. */
  address: string;
  /** host:port of each further listener. */
  doors: Readonly<Record<string, string>>;
  /** Holds its settings, data and `server.log`. */
  folder: string;
  /** How other nodes of the cluster find its controller. */
  controller: string;
  /** Process id of the server that runs now. */
  pid(): number;
  /** kill -9; the data stays. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port; resolves when it answers, rejects if it ends or does not in a minute. */
  start(): Promise<void>;
  /** Ends the server, at the latest after 4 s; a temporary folder is removed. Idempotent. */
  stop(): Promise<void>;
}

export interface KafkaBrokerOptions {
  settings?: Record<string, string | number>;
  /** Listeners beside the one in plain text, by name: SSL, SASL_SSL or SASL_PLAINTEXT. Their settings are in `settings`. */
  doors?: Readonly<Record<string, string>>;
  /** SCRAM users with their passwords, made before the first start; for tests alone: the tool takes them as arguments. */
  users?: Readonly<Record<string, string>>;
  /** Be one more broker of this one's cluster, under this number; absent: a cluster of its own. */
  joins?: { broker: KafkaBroker; as: number };
  /** Where its data stays; absent: in a temporary folder that goes with it. */
  folder?: string;
  /** Absent or 0: any free one. */
  port?: number;
}

/** A real Kafka in KRaft mode: one node on loopback. Throws `port-taken`, `kafka-jars-failed`, `kafka-failed`. */
export async function startKafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const { settings = {}, joins, port: wanted = 0, users = {} } = options;
  const classPath = join(await kafkaJars(), '*');
  const wantedDoors = Object.entries(options.doors ?? {});
  const [port, controllerPort, ...doorPorts] = await freePorts(wanted, 1 + wantedDoors.length);
  const doors = wantedDoors.map(([name, protocol], index) => {
    return [name, { protocol, address: `127.0.0.1:${doorPorts[index]}` }] as const;
  });
  const dir = options.folder ?? mkdtempSync(join(tmpdir(), 'earshot-kafka-'));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const properties = join(dir, 'server.properties');
  const address = `127.0.0.1:${port}`;
  const controller = joins?.broker.controller ?? `1@127.0.0.1:${controllerPort}`;
  const own = { ...(joins && { 'process.roles': 'broker', 'node.id': joins.as }), ...settings };
  const listeners = {
    broker: address,
    controller: joins ? undefined : `127.0.0.1:${controllerPort}`,
    doors: Object.fromEntries(doors),
  };
  writeFileSync(properties, serverProperties(dir, listeners, controller, own));
  const tool = ['-XX:TieredStopAtLevel=1', QUIET, '-cp', classPath, 'kafka.tools.StorageTool'];
  const scram = Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-512', 'SCRAM-SHA-256'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );
  const format = ['format', '--ignore-formatted', '-t', 'EARSHOTlocalKafka00000', '-c', properties, ...scram];
  if (!existsSync(join(dir, 'data', 'meta.properties'))) await promisify(execFile)('java', [...tool, ...format]);

  let running: Guarded | undefined;
  const end = async (word: string) => {
    await running?.end(word);
    running = undefined;
  };
  const whose = options.folder === undefined ? 'throw-away' : 'kept';
  const broker: KafkaBroker = {
    address,
    doors: Object.fromEntries(doors.map(([name, { address: at }]) => [name, at])),
    folder: dir,
    controller,
    pid: () => running?.pid ?? 0,
    kill: () => end('keep'),
    start: async () => {
      running = await guarded(dir, whose, ['java', ...JVM[whose], QUIET, '-cp', classPath, 'kafka.Kafka', properties]);
      await answering(address, dir, running.pid);
    },
    stop: async () => {
      await end(whose === 'kept' ? 'end' : '');
      if (whose === 'throw-away') rmSync(dir, { recursive: true, force: true });
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

async function guarded(dir: string, whose: 'throw-away' | 'kept', command: readonly string[]): Promise<Guarded> {
  // A group of its own: a Ctrl-C in the terminal must not end the guard before the child.
  const guard: ChildProcessWithoutNullStreams = spawn('sh', ['-c', GUARD, 'sh', dir, whose, ...command], {
    detached: true,
  });
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

async function answering(address: string, dir: string, pid: number): Promise<void> {
  const retry = { retries: 0, initialRetryTime: 50 };
  const kafka = new Kafka({ brokers: [address], connectionTimeout: 2_000, logLevel: logLevel.NOTHING, retry });
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length > 0) return;
    } catch (error) {
      if (performance.now() > deadline || hasEnded(pid)) {
        const message = `Kafka does not answer; the end of its log:\n${readFileSync(join(dir, 'server.log'), 'utf8').slice(-2_000)}`;
        throw new EarshotError('kafka-failed', message, { cause: error });
      }
    } finally {
      await admin.disconnect();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ended, waited for or not; where no /proc tells, it is not known. */
function hasEnded(pid: number): boolean {
  if (!existsSync('/proc/self/stat')) return false;
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
  } catch {
    return true;
  }
}
