import type { Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** A request that is still being sent or answered after this long is not waited for, ms. */
const FINISH_WITHIN_MS = 3_000;

/**
 * Lets go of a server's connections. Node itself closes only those that have been used and rest: one that was opened
 * and never spoke (browsers keep such in reserve) would hold up the end of the program.
 */
export function closeConnections(server: Server): { begin(): void; done(): void } {
  const requests = new Map<Socket, number>();
  /** Opened, and not shaken hands over yet; over TLS requests come by another socket than the one that was opened. */
  const beneath = new Map<string, Socket>();
  let stopping = false;
  let deadline: NodeJS.Timeout | undefined;

  const endIfIdle = (socket: Socket) => {
    if (stopping && requests.get(socket) === 0) socket.destroy();
  };
  const overTls = server instanceof HttpsServer;
  server.on(overTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    requests.set(socket, 0);
    beneath.delete(nameOf(socket));
    socket.once('close', () => requests.delete(socket));
    endIfIdle(socket);
  });
  if (overTls)
    server.on('connection', (socket: Socket) => {
      const name = nameOf(socket);
      beneath.set(name, socket);
      socket.once('close', () => beneath.delete(name));
    });
  server.on('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (!requests.has(socket)) return;
      requests.set(socket, (requests.get(socket) ?? 1) - 1);
      endIfIdle(socket);
    });
  });

  return {
    begin() {
      stopping = true;
      for (const socket of requests.keys()) endIfIdle(socket);
      for (const socket of beneath.values()) socket.destroy();
      deadline = setTimeout(() => {
        for (const socket of requests.keys()) socket.destroy();
      }, FINISH_WITHIN_MS);
    },
    done: () => clearTimeout(deadline),
  };
}

const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress}/${remotePort}`;
