import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EarshotError } from '@earshot/model';

const READY_WITHIN_MS = 15_000;

/**
 * Runs the command that follows the log file, as a child that cannot outlive us: when our end of its input closes, by
 * whatever cause, the child is killed. It keeps nothing that a kill could harm, and one that is frozen hears nothing else.
 */
const GUARD = `log=$1; shift
"$@" >>"$log" 2>&1 </dev/null &
child=$!
echo $child
read -r word
kill -9 $child 2>/dev/null
wait $child 2>/dev/null`;

export interface RedisServer {
  /** host:port on loopback. */
  address: string;
  /** As a client is told it. */
  url: string;
  password: string;
  /** Holds its settings and `redis.log`. */
  folder: string;
  /** Process id of the server that runs now; 0 while none does. */
  pid(): number;
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port; resolves when it answers. */
  start(): Promise<void>;
  /** Idempotent; a temporary folder is removed. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Where settings and log lie; absent: in a temporary folder that goes with it. */
  folder?: string;
  /** Absent or 0: any free one. */
  port?: number;
  password?: string;
  /** Further settings, one value each. */
  settings?: Record<string, string>;
}

/** Why no Redis can be started on this machine, with the command that helps; undefined if one can. */
export function redisMissing(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'redis-server is missing: sudo apt-get install redis-server (macOS: brew install redis)';
  }
}

/** A real Redis on loopback that keeps nothing on disk. Throws `redis-failed` with the end of its log. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { password = randomBytes(24).toString('base64url') } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'earshot-redis-'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = options.port || (await freePort());
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    requirepass: password,
    save: '',
    appendonly: 'no',
    maxmemory: '64mb',
    // What it throws out first is what would end first anyway.
    'maxmemory-policy': 'volatile-ttl',
    ...options.settings,
  };
  const file = join(folder, 'redis.conf');
  const log = join(folder, 'redis.log');
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(value)}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });

  let running: { guard: ChildProcessWithoutNullStreams; pid: number; ended: Promise<void> } | undefined;
  const server: RedisServer = {
    address: `127.0.0.1:${port}`,
    url: `redis://127.0.0.1:${port}`,
    password,
    folder,
    pid: () => running?.pid ?? 0,
    async kill() {
      running?.guard.stdin.end('\n');
      await running?.ended;
      running = undefined;
    },
    async start() {
      await server.kill();
      running = await guarded(log, ['redis-server', file]);
      await answering(port, password, log);
    },
    async stop() {
      await server.kill();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function guarded(log: string, command: readonly string[]) {
  // A group of its own: a Ctrl-C in the terminal must not end the guard before the child.
  const guard = spawn('sh', ['-c', GUARD, 'sh', log, ...command], { detached: true });
  guard.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => guard.once('close', () => resolve()));
  const lines = createInterface({ input: guard.stdout });
  const pid = await new Promise<number>((resolve, reject) => {
    guard.once('error', reject);
    lines.once('line', (line) => resolve(Number(line)));
  });
  return { guard, pid, ended };
}

async function answering(port: number, password: string, log: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answersPing(port, password))) {
    if (performance.now() > deadline) {
      const message = `Redis does not answer; the end of its log:\n${readFileSync(log, 'utf8').slice(-2_000)}`;
      throw new EarshotError('redis-failed', message);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('error', () => end(false)).setTimeout(500, () => end(false));
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (bytes) => {
      heard += String(bytes);
      if (heard.includes('+PONG')) end(true);
      else if (heard.startsWith('-')) end(false);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
