import { type AddressInfo, createServer, type Server } from 'node:net';

export interface Ports {
  console: number;
  http: number;
  grpc: number;
  rules: number;
  /** Of the second console and those after it: people keep the address of theirs over a restart. */
  moreConsoles: readonly number[];
  /** Nobody outside asks it. */
  redis: number;
  /** Nobody outside asks it. */
  warehouse: number;
}

/** Four ports in a row from `first`, and any free ones for the rest; 0: all are any. Each is held until all are found. */
export async function choosePorts(first: number, consoles = 1): Promise<Ports> {
  const servers = await Promise.all(Array.from({ length: 5 + consoles }, hold));
  const free = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [warehouse = 0, redis = 0, console = 0, http = 0, grpc = 0, rules = 0, ...moreConsoles] = free;
  const hidden = { warehouse, redis, moreConsoles };
  if (first === 0) return { console, http, grpc, rules, ...hidden };
  return { console: first, http: first + 1, grpc: first + 2, rules: first + 3, ...hidden };
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
