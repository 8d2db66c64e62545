import { type AddressInfo, createServer, type Server } from 'node:net';

export interface Ports {
  console: number;
  http: number;
  grpc: number;
  rules: number;
  /** Nobody outside asks it. */
  warehouse: number;
}

/** Four ports in a row from `first`; 0: any free ones. Each is held until all are found. */
export async function choosePorts(first: number): Promise<Ports> {
  const servers = await Promise.all([0, 1, 2, 3, 4].map(hold));
  const free = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [warehouse = 0, console = 0, http = 0, grpc = 0, rules = 0] = free;
  if (first === 0) return { console, http, grpc, rules, warehouse };
  return { console: first, http: first + 1, grpc: first + 2, rules: first + 3, warehouse };
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
