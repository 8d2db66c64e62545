import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from 'node:net';
import { EarshotError } from '@earshot/model';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { DoorTls } from '../tls/door-tls.js';
import { RenewableCredentials } from './server-tls.js';

export interface GrpcAddress {
  host: string;
  port: number;
}

export interface Listener {
  address: GrpcAddress;
  /** No new connections from now on. */
  close(): void;
  /** Ends those that there are, also the ones that never began to speak HTTP/2. */
  cut(): void;
}

/**
 * Our own listening socket in front of the gRPC server: `bindAsync` hides why it failed in a sentence, a socket says it
 * by code, and it can cap the number of connections. Throws `port-taken`, `address-unusable`.
 */
export async function listen(
  server: Server,
  at: GrpcAddress,
  options: { tls?: DoorTls | undefined; maxConnections: number },
): Promise<Listener> {
  const { tls } = options;
  const secure = tls && new RenewableCredentials(tls);
  const injector = server.createConnectionInjector(secure ?? ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const tcp: TcpServer = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  tcp.maxConnections = options.maxConnections;
  try {
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject);
      tcp.listen(at.port, at.host, resolve);
    });
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === 'EADDRINUSE') {
      const detail = { port: at.port };
      throw new EarshotError('port-taken', `port ${at.port} is in use by another program`, { detail, cause });
    }
    throw new EarshotError('address-unusable', `cannot listen on ${at.host}:${at.port}`, { cause });
  }
  const endRenewals = tls && secure ? tls.follow((context) => secure.renew(context)) : undefined;
  const { address, port } = tcp.address() as AddressInfo;
  return {
    address: { host: address, port },
    close() {
      endRenewals?.();
      tcp.close();
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
