import { connect } from 'node:net';
import type { KafkaBroker } from '@earshot/log/kafka-broker';

const LOOK_EVERY_MS = 1_000;
const REFUSALS = 3;
/** It may be killed while it starts, too. */
const MOST_STARTS = 5;

export interface WatchServerOptions {
  server: Pick<KafkaBroker, 'address' | 'kill' | 'start'>;
  /** Between two looks, ms. */
  everyMs?: number;
  onGone(): void;
  onBack(): void;
  onFailed(error: unknown): void;
}

/** A server that takes no connection three times in a row is started again where it was. */
export function watchServer(options: WatchServerOptions): { stop(): void } {
  const { server, everyMs = LOOK_EVERY_MS, onGone, onBack, onFailed } = options;
  const [host = '', port = ''] = server.address.split(':');
  let refusals = 0;
  let stopped = false;
  let busy = false;
  const look = async () => {
    refusals = (await takesConnections(host, Number(port))) ? 0 : refusals + 1;
    if (stopped || refusals < REFUSALS) return;
    refusals = 0;
    onGone();
    await startAgain(server, () => stopped);
    if (!stopped) onBack();
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void look()
      .catch((error: unknown) => (stopped ? undefined : onFailed(error)))
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}

async function startAgain(server: WatchServerOptions['server'], stopped: () => boolean): Promise<void> {
  for (let starts = 1; !stopped(); starts++) {
    await server.kill();
    try {
      return await server.start();
    } catch (error) {
      if (starts === MOST_STARTS) throw error;
    }
  }
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    socket.setTimeout(LOOK_EVERY_MS, () => end(false));
  });
}
