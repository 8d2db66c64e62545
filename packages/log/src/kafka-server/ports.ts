import { type AddressInfo, createServer, type Server } from 'node:net';
import { EarshotError } from '@earshot/model';

/** The wanted port (0: any free one) and `more` other free ones, on loopback. Throws `port-taken`. */
export async function freePorts(wanted: number, more: number): Promise<number[]> {
  const servers = [await hold(wanted)];
  try {
    while (servers.length <= more) servers.push(await hold(0));
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function hold(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      const message = `port ${port} is in use by another program`;
      reject(new EarshotError('port-taken', message, { detail: { port }, cause }));
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
