import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createScope } from '@earshot/kit';
import { partitionForKey } from '@earshot/log';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kafkaSuite } from '../kafka/support.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { readAlerts } from '../support/operator.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = join(ROOT, 'packages/client/examples');
const JAVA_TARGET = join(ROOT, '.turbo/java-examples');
const PARTITIONS = 3;
/** The first time Maven fetches everything that the examples stand on. */
const FIRST_BUILD_MS = 300_000;
const { title, skip } = await kafkaSuite('examples for a contact centre that speaks Kafka', 'test:all');

/** On somebody's own machine a tool may be missing; in CI that is a failure. */
const without = (tool: string, args: string[], remedy: string) =>
  process.env['CI'] || skip || spawnSync(tool, args).status === 0 ? '' : ` [skipped: no ${tool}; ${remedy}]`;
const noKcat = without('kcat', ['-V'], 'apt-get install kcat');
const noJava = without('javac', ['-version'], 'apt-get install openjdk-17-jdk-headless maven');

describe.skipIf(skip)(title, () => {
  const scope = createScope();
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster(scope, ['--no-analysis', '--no-sentiment', '--partitions', String(PARTITIONS)]);
  });
  afterAll(() => scope.close(20_000));

  async function run(command: string, args: string[], timeout = 50_000): Promise<string> {
    const env = {
      ...process.env,
      EARSHOT_BROKERS: cluster.kafka,
      EARSHOT_ADDRESS: cluster.grpcAddress,
      // It is over before the second compiler would pay.
      MAVEN_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    };
    const { stdout } = await promisify(execFile)(command, args, { cwd: ROOT, env, timeout });
    return stdout;
  }
  const java = (name: string) =>
    run('java', ['-cp', `${JAVA_TARGET}/classes:${JAVA_TARGET}/lib/*`, `earshot.examples.${name}`]);

  /** Where each record of an inbound conversation lies. */
  async function partitionsOf(conversationId: string): Promise<Set<number>> {
    const found = new Set<number>();
    const kafka = new Kafka({ brokers: [cluster.kafka], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: `seen-${conversationId}` });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics: ['earshot.inbound.v1'], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          if (message.key?.toString() === conversationId) found.add(partition);
        },
      });
      await until(() => found.size > 0, 'the records that were published');
    } finally {
      await consumer.disconnect();
    }
    return found;
  }

  test('TypeScript: an event is published as JSON, and its alert is read', async () => {
    const said = await run(process.execPath, [join(ROOT, 'packages/client/dist/example-kafka.js')]);
    expect(said).toMatch(/^alert \w+ raised: crisis-/m);
    expect(await partitionsOf(idIn(said))).toEqual(new Set([partitionForKey(idIn(said), PARTITIONS)]));
  });

  test.skipIf(noKcat)(`kcat: an event is published as a line of JSON, and its alert is read${noKcat}`, async () => {
    const said = await run('sh', [join(EXAMPLES, 'kcat.sh')]);
    const { alert } = JSON.parse(said.slice(said.indexOf('{'))) as { alert: Record<string, unknown> };
    expect(alert).toMatchObject({ conversationId: idIn(said), state: 'ALERT_STATE_RAISED' });
    expect(await partitionsOf(idIn(said))).toEqual(new Set([partitionForKey(idIn(said), PARTITIONS)]));
  });

  describe.skipIf(noJava)(`Java${noJava}`, () => {
    beforeAll(async () => {
      const pom = join(EXAMPLES, 'java/pom.xml');
      await run('mvn', ['-q', '-B', '-f', pom, `-Dearshot.target=${JAVA_TARGET}`, 'compile'], FIRST_BUILD_MS);
    }, FIRST_BUILD_MS);

    test('an event is published as protobuf in a packed batch, and its alert is read', async () => {
      const said = await java('KafkaExample');
      expect(said).toMatch(/^alert \w+ ALERT_STATE_RAISED: crisis-/m);
      const [, partition] = /at (\d+)\/\d+$/m.exec(said) ?? [];
      expect(Number(partition)).toBe(partitionForKey(idIn(said), PARTITIONS));
    });

    test('an event goes through the gRPC door, and its alert is raised', async () => {
      const said = await java('GrpcExample');
      expect(said.match(/durable at/g)).toHaveLength(3);
      await until(async () => (await readAlerts(cluster, idIn(said))).size > 0, 'the alert');
    });
  });
});

/** Every example prints the conversation that it made up first. */
function idIn(said: string): string {
  return /^[a-z-]+-\d+/.exec(said)?.[0] ?? '';
}
