import { connect } from 'node:net';
import type { KafkaBroker } from '@earshot/log/kafka-broker';

const LOOK_EVERY_MS = 1_000;
const REFUSALS = 3;

export interface WatchServerOptions {
  server: Pick<KafkaBroker, 'address' | 'kill' | 'start'>;
  onGone(): void;
  onBack(): void;
  onFailed(error: unknown): void;
}

/** A server that takes no connection three times in a row is started again where it was. */
export function watchServer({ server, onGone, onBack, onFailed }: WatchServerOptions): { stop(): void } {
  const [host = '', port = ''] = server.address.split(':');
  let refusals = 0;
  let stopped = false;
  let busy = false;
  const look = async () => {
    refusals = (await takesConnections(host, Number(port))) ? 0 : refusals + 1;
    if (stopped || refusals < REFUSALS) return;
    refusals = 0;
    onGone();
    await server.kill();
    await server.start();
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
  }, LOOK_EVERY_MS);
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
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
