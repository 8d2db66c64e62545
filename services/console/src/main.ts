import { join } from 'node:path';
import { createPublisher } from '@earshot/control';
import { openEmbeddedHints } from '@earshot/hints/embedded';
import { openRedisHints } from '@earshot/hints/redis';
import { asError, clickhouseAddress } from '@earshot/kit';
import { grpcTls, httpTls } from '@earshot/kit/tls';
import { openKafkaLog } from '@earshot/log/kafka';
import { inboundTopics, KEPT_MS, keyOf, openHints, runProcess } from '@earshot/process';
import { keepOpen } from '@earshot/warehouse';
import { openClickhouseWarehouse } from '@earshot/warehouse/clickhouse';
import { create } from './index.js';
import { processSettings } from './process-settings.js';

await runProcess(
  {
    service: 'console',
    settings: processSettings,
    openLog: openKafkaLog,
    // Dead letters are put back where they came from.
    topics: ({ inbound }, partitions) => inboundTopics(inbound, partitions),
  },
  async ({ followControl, scope, ...parts }, config) => {
    const { host, port, grpcPort, adminToken, ingestUrl, deskKey, tenant, lang, publicUrl } = config;
    const inForce = await followControl();
    const { people, ruleSet, apiKeys, controlEpoch, compile, stamp } = inForce;
    const access = clickhouseAddress(config);
    const onFailure = (error: unknown) => parts.logger.warn({ err: asError(error) }, 'the warehouse cannot be opened');
    const kept = access && keepOpen(() => openClickhouseWarehouse(access), { onFailure });
    scope.defer('warehouse', async () => kept?.close());
    const deskSecret = deskKey && Buffer.from(deskKey.reveal(), 'base64url');
    const desk = await create({
      ...parts,
      ...{ people, ruleSet, apiKeys, controlEpoch, adminToken, host, port, grpcPort },
      tls: { http: httpTls(config), grpc: grpcTls(config) },
      sessionKey: keyOf(config.sessionKey, 'session'),
      hints: openHints({ ...parts, scope }, config, { embedded: openEmbeddedHints, redis: openRedisHints }),
      publisher: createPublisher({ log: parts.log, inForce, compile, clock: () => parts.log.clock() }),
      rulesInForce: (of) => ruleSet(stamp(of)?.hash ?? ''),
      ingestUrl: () => ingestUrl,
      keptMs: KEPT_MS,
      warehouse: () => kept?.warehouse(),
      // From src and from dist alike.
      webDir: join(import.meta.dirname, '../web/dist'),
      widgetDir: join(import.meta.dirname, '../widget/dist'),
      deskSecret: (of) => (of === tenant ? deskSecret : undefined),
      settings: { defaultTenant: tenant, ...(lang && { lang }), ...(publicUrl && { publicUrl }) },
    });
    scope.defer('console', () => desk.stop());
    const { host: at, port: rules } = desk.grpc?.address ?? {};
    return { http: desk.url, ...(at && { grpc: `${at}:${rules}` }) };
  },
);
