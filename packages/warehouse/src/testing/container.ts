import { spawnSync } from 'node:child_process';

/** A ClickHouse server in a container, for tests. */
export interface ContainedServer {
  url: string;
  user: string;
  password: string;
  stop(): Promise<void>;
}

/** The engine that the embedded one is, as a server. */
const IMAGE = 'clickhouse/clickhouse-server:26.7';
const PORT = 8123;

/** Why no server can run in a container here, in words for a test's name; undefined: it can. */
export function containerMissing(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['EARSHOT_TEST_BACKENDS'] === 'embedded') return 'EARSHOT_TEST_BACKENDS=embedded';
  const asked = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5_000 });
  return asked.status === 0 ? undefined : 'no Docker engine answers';
}

export async function startClickhouseContainer(): Promise<ContainedServer> {
  // Only where Docker is: what it brings along takes a while to load.
  const { GenericContainer, Wait } = await import('testcontainers');
  const user = 'earshot';
  const password = 'words-of-a-test';
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({
      CLICKHOUSE_USER: user,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1',
    })
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp('/ping', PORT).forStatusCode(200))
    .start();
  return {
    url: `http://${container.getHost()}:${container.getMappedPort(PORT)}`,
    user,
    password,
    stop: async () => {
      await container.stop();
    },
  };
}
