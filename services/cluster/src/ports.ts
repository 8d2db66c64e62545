import { type AddressInfo, createServer, type Server } from 'node:net';

/** Four ports in a row from `first`; 0: any free ones, each held until all are found. */
export async function choosePorts(
  first: number,
): Promise<{ console: number; http: number; grpc: number; rules: number }> {
  if (first !== 0) return { console: first, http: first + 1, grpc: first + 2, rules: first + 3 };
  const servers = await Promise.all([0, 1, 2, 3].map(hold));
  const [console = 0, http = 0, grpc = 0, rules = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { console, http, grpc, rules };
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
