import { openEmbeddedHints } from '@earshot/hints/embedded';
import { openRedisHints } from '@earshot/hints/redis';
import { grpcTls, httpTls } from '@earshot/kit/tls';
import { openKafkaLog } from '@earshot/log/kafka';
import { openSpool } from '@earshot/log/spool';
import { inboundTopics, openHints, runProcess, tenantKeys } from '@earshot/process';
import { TOPICS } from '@earshot/wire';
import { create } from './index.js';
import { maskersBy } from './maskers.js';
import { processSettings } from './process-settings.js';

await runProcess(
  {
    service: 'ingest',
    settings: processSettings,
    openLog: openKafkaLog,
    worksWithoutLog: true,
    topics: ({ inbound }, partitions) => inboundTopics(inbound, partitions),
  },
  async ({ followControl, scope, ...parts }, config) => {
    const { host, httpPort, grpcPort, tenant, inbound, spoolDir, maskKey } = config;
    const { eventsPerSecondPerKey: eventsPerSecond } = config;
    const masker = maskersBy(tenantKeys(maskKey, 'mask'));
    const { stamp, keys } = await followControl();
    const { conversations } = TOPICS;
    const topics = { [conversations]: { partitions: parts.log.partitions(conversations) } };
    const spool = spoolDir === undefined ? undefined : await openSpool({ dir: spoolDir, topics });
    scope.defer('spool', async () => spool?.close());
    const adapters = { embedded: openEmbeddedHints, redis: openRedisHints };
    const perKey = eventsPerSecond && { eventsPerSecond, hints: openHints({ ...parts, scope }, config, adapters) };
    const ingest = create({
      ...parts,
      ...(perKey && { perKey }),
      ...(spool && { spool }),
      masker,
      ruleSetStamp: stamp,
      keys,
      localTenant: tenant,
      inbound: [...inbound].map(([topic, of]) => ({ topic, tenant: of })),
      http: { host, port: httpPort },
      grpc: { host, port: grpcPort },
      tls: { http: httpTls(config), grpc: grpcTls(config) },
    });
    const doors = await ingest.start();
    scope.defer('ingest', () => ingest.stop());
    return { http: doors.http.url, grpc: `${doors.grpc.host}:${doors.grpc.port}` };
  },
);
