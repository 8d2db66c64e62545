import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import { PRODUCT_NODE_FLAGS } from '../../scripts/lib/product-flags.mjs';
import type { Cluster } from '../support/cluster.js';
import { foreignEnvironment } from '../support/product.js';
import type { Fault } from './cluster-faults.js';
import { pause } from './waiting.js';

const RULE_ENGINE = fileURLToPath(new URL('../../services/rule-engine/dist/main.js', import.meta.url));
const BACK_WITHIN_MS = 120_000;
const JOIN_WITHIN_MS = 60_000;
const AGAIN_MS = 500;

/** What was done to whom, and when it ended for him, epoch ms. */
export interface Done {
  fault: Fault;
  /** Absent: all. */
  part?: string;
  atMs: number;
  untilMs: number;
}

/** Lays hands on the processes of a cluster, by their names. */
export class ClusterHands {
  readonly done: Done[] = [];
  readonly #guests = new Map<string, ChildProcess>();
  readonly #frozen = new Set<number>();
  /** The table names a dead process until somebody has noticed. */
  readonly #killed = new Set<number>();
  readonly #thawing = new Set<Promise<void>>();

  constructor(
    private readonly cluster: Cluster,
    private readonly partitions: number,
    scope: Scope,
  ) {
    // However this program ends: who sleeps cannot notice that he is to go.
    const wake = () => {
      for (const pid of this.#frozen) send(pid, 'SIGCONT');
      for (const guest of this.#guests.values()) guest.kill('SIGKILL');
    };
    process.once('exit', wake);
    scope.defer('guests and sleepers', () => {
      process.off('exit', wake);
      wake();
    });
  }

  /** Resolves when it has been done; who was frozen thaws by himself. */
  async lay(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill': {
        const pid = await this.#pidOf(fault.part);
        this.#note(fault, fault.part);
        return this.#kill(pid);
      }
      case 'freeze':
        return this.#freeze(fault);
      case 'join':
        return this.#join(fault);
      case 'leave':
        return this.#leave(fault);
      case 'rolling-restart':
        return this.#restartAll(fault);
      case 'kafka-away':
        return this.#takeKafkaAway(fault);
    }
  }

  /** Resolves when nobody is frozen and every part runs. */
  async whole(): Promise<void> {
    await Promise.all(this.#thawing);
    for (const { name } of this.cluster.parts()) await this.#pidOf(name);
  }

  async #freeze(fault: Extract<Fault, { kind: 'freeze' }>): Promise<void> {
    const pid = await this.#pidOf(fault.part);
    const done = this.#note(fault, fault.part, fault.forMs);
    this.#stop(pid);
    const thawed = pause(fault.forMs).then(() => {
      this.#go(pid);
      done.untilMs = Date.now();
      this.#thawing.delete(thawed);
    });
    this.#thawing.add(thawed);
  }

  /** A guest that ends before it is ready, because Kafka is away, is started again, as those of the cluster are. */
  async #join(fault: Extract<Fault, { kind: 'join' }>): Promise<void> {
    const done = this.#note(fault);
    const endMs = performance.now() + JOIN_WITHIN_MS;
    while (performance.now() < endMs) {
      const guest = this.#invite(fault.node);
      this.#guests.set(fault.node, guest);
      const isReady = new Promise((resolve) => guest.once('message', resolve));
      await Promise.race([isReady, ended(guest), pause(endMs - performance.now())]);
      if (!hasEnded(guest)) break;
      await pause(AGAIN_MS);
    }
    done.untilMs = Date.now();
  }

  #invite(node: string): ChildProcess {
    const settings = ['--brokers', this.cluster.kafka, '--node', node, '--partitions', String(this.partitions)];
    const output = openSync(join(this.cluster.dataDir, 'logs', `${node}.log`), 'a', 0o600);
    const args = [...PRODUCT_NODE_FLAGS, RULE_ENGINE, ...settings, '--ops-port', '0', '--lang', 'en'];
    const stdio = ['ignore', output, output, 'ipc'] as const;
    const guest = spawn(process.execPath, args, { stdio: [...stdio], env: foreignEnvironment() });
    closeSync(output);
    return guest;
  }

  async #leave(fault: Extract<Fault, { kind: 'leave' }>): Promise<void> {
    const guest = this.#guests.get(fault.node);
    if (!guest) return;
    this.#guests.delete(fault.node);
    this.#note(fault, fault.node);
    guest.kill(fault.asked ? 'SIGTERM' : 'SIGKILL');
    await ended(guest);
  }

  async #restartAll(fault: Fault): Promise<void> {
    for (const name of this.cluster.parts().flatMap(({ name }) => (isService(name) ? [name] : []))) {
      const before = await this.#pidOf(name);
      const done = this.#note(fault, name);
      send(before, 'SIGTERM');
      await this.#pidOf(name, before);
      done.untilMs = Date.now();
    }
  }

  /** Who starts it again sleeps meanwhile. */
  async #takeKafkaAway(fault: Extract<Fault, { kind: 'kafka-away' }>): Promise<void> {
    const pid = await this.#pidOf('kafka');
    const done = this.#note(fault, 'kafka');
    this.#stop(this.cluster.pid);
    this.#kill(pid);
    await pause(fault.forMs);
    this.#go(this.cluster.pid);
    await this.#pidOf('kafka');
    done.untilMs = Date.now();
  }

  #kill(pid: number): void {
    this.#killed.add(pid);
    send(pid, 'SIGKILL');
  }

  #stop(pid: number): void {
    this.#frozen.add(pid);
    send(pid, 'SIGSTOP');
  }

  #go(pid: number): void {
    this.#frozen.delete(pid);
    send(pid, 'SIGCONT');
  }

  #note(fault: Fault, part?: string, forMs = 0): Done {
    const atMs = Date.now();
    const done = { fault, ...(part === undefined ? {} : { part }), atMs, untilMs: atMs + forMs };
    this.done.push(done);
    return done;
  }

  /** Of the process of this name that runs, once there is one other than `before`. */
  async #pidOf(name: string, before = 0): Promise<number> {
    const endMs = performance.now() + BACK_WITHIN_MS;
    for (;;) {
      const pid = this.cluster.parts().find((part) => part.name === name)?.pid;
      if (pid !== undefined && pid !== before && !this.#killed.has(pid) && isAlive(pid)) return pid;
      if (performance.now() > endMs)
        throw new Error(`${name} was not back within ${BACK_WITHIN_MS} ms:\n${this.cluster.said().slice(-2_000)}`);
      await pause(50);
    }
  }
}

/** `rule-engine-2`; the stores have no number. */
export const isService = (name: string) => /-\d+$/.test(name);

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** Whether it has ended before or will. */
async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await new Promise((resolve) => child.once('exit', resolve));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone before: somebody was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
