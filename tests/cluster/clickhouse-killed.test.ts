import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createScope } from '@earshot/kit';
import type { ConversationFact } from '@earshot/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginePresent } from '../../scripts/setup.mjs';
import { kafkaSuite } from '../kafka/support.js';
import { openCall } from '../support/call.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { readAlerts, readTopic, runSql } from '../support/operator.js';
import { LivePage, signIn } from '../support/person.js';
import { temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const { title, skip } = await kafkaSuite('a ClickHouse server beside a cluster', 'test:all');
const WAREHOUSE = fileURLToPath(new URL('../../packages/warehouse/', import.meta.url));
const NAMES = { EARSHOT_CLICKHOUSE_USER: 'earshot', EARSHOT_CLICKHOUSE_PASSWORD: 'w0rds-of-the-server' };

const why = enginePresent() ? '' : ' [skipped: no analysis engine]';

describe.skipIf(skip || why !== '')(`${title}${why}`, () => {
  const scope = createScope();
  let dir: string;
  let server: Awaited<ReturnType<typeof startServer>>;
  let cluster: Cluster;
  beforeAll(async () => {
    dir = temporaryFolder(scope, 'clickhouse');
    server = await startServer(0);
    const passwordFile = join(temporaryFolder(scope, 'secrets'), 'clickhouse');
    writeFileSync(passwordFile, NAMES.EARSHOT_CLICKHOUSE_PASSWORD);
    const to = ['--clickhouse-url', server.url, '--clickhouse-user', NAMES.EARSHOT_CLICKHOUSE_USER];
    cluster = await startCluster(scope, [...to, '--clickhouse-password-file', passwordFile]);
  });
  afterAll(() => scope.close(20_000));

  async function startServer(port: number) {
    const args = [join(WAREHOUSE, 'dist/clickhouse-front.js'), '--dir', dir, '--port', String(port)];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...NAMES },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    scope.defer('server', () => void child.kill('SIGKILL'));
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    return { child, url: String(value) };
  }

  const rows = async () => {
    const [found] = (await runSql(
      cluster,
      `SELECT (SELECT count() FROM earshot.utterances FINAL) AS utterances,
        (SELECT uniqExact(conversation_id, leg, segment) FROM earshot.utterances) AS names,
        (SELECT count() FROM earshot.alerts FINAL) AS alerts`,
    )) as Record<string, unknown>[];
    return Object.fromEntries(Object.entries(found ?? {}).map(([name, count]) => [name, Number(count)]));
  };

  /** As the log asks for them. */
  const wanted = async () => {
    const said = (await readTopic(cluster, 'conversations')).flatMap(({ value }) => {
      const { body, conversationId } = value as ConversationFact;
      return body.kind === 'utterance' ? [`${conversationId} ${body.leg} ${body.segment}`] : [];
    });
    const utterances = new Set(said).size;
    return { utterances, names: utterances, alerts: (await readAlerts(cluster)).size };
  };

  const equal = async () => JSON.stringify(await rows().catch(() => undefined)) === JSON.stringify(await wanted());

  test('that is killed while people talk: every alert comes, and afterwards the rows equal the log', async () => {
    const wall = await LivePage.open(await signIn(cluster, '30001'), 'wall');
    scope.defer('page', () => wall.close());
    const shown = (id: string) => [...wall.memory.open.values()].some((one) => one.conversationId === id);
    const threaten = async (id: string) => {
      const call = await openCall(scope, cluster, id);
      await call.say('customer', '我要打12378投诉');
      await until(() => shown(id), `the alert of ${id}`);
    };
    await threaten('with-it');
    await until(async () => (await rows().catch(() => undefined))?.['alerts'] === 1, 'the row of the alert');

    server.child.kill('SIGKILL');
    for (let n = 0; n < 6; n++) await threaten(`without-it-${n}`);
    await expect(rows()).rejects.toThrow();
    const log = () => readFileSync(join(cluster.dataDir, 'logs/analytics-1.log'), 'utf8');
    await until(() => log().includes('warehouse-unreachable'), 'that analysis is off');

    server = await startServer(Number(new URL(server.url).port));
    await until(equal, 'that the rows equal the log', 60_000);
    expect(await rows()).toMatchObject({ alerts: 7 });

    for (const words of [NAMES.EARSHOT_CLICKHOUSE_PASSWORD, '投诉']) expect(log()).not.toContain(words);
  });
});
