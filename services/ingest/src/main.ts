import { portSetting, secretSetting } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { openSpool } from '@earshot/log/spool';
import { createMasker, type Masker } from '@earshot/privacy';
import { runProcess, tenantKeys } from '@earshot/process';
import { TOPICS } from '@earshot/wire';
import { z } from 'zod';
import { create } from './index.js';

const settings = {
  host: z.string().prefault('127.0.0.1').describe('address to listen on; beyond loopback only with API keys'),
  httpPort: portSetting(8701).describe('conversations over HTTP; 0: any free one'),
  grpcPort: portSetting(8702).describe('conversations over gRPC; 0: any free one'),
  tenant: z.string().prefault('default').describe('tenant of callers on loopback while nobody has a key'),
  spoolDir: z.string().optional().describe('folder that events are acknowledged from while Kafka is away'),
  maskKey: secretSetting().describe('32 random bytes, base64url, the same for every ingest and for ever'),
};

await runProcess(
  { service: 'ingest', settings, openLog: openKafkaLog, worksWithoutLog: true },
  async ({ followControl, scope, ...parts }, { host, httpPort, grpcPort, tenant, maskKey, spoolDir }) => {
    const { stamp, keys } = await followControl();
    const keyOf = tenantKeys(maskKey, 'mask');
    const maskers = new Map<string, Masker>();
    const masker = (of: string) => {
      const known = maskers.get(of) ?? createMasker({ key: keyOf(of) });
      maskers.set(of, known);
      return known;
    };
    const { conversations } = TOPICS;
    const topics = { [conversations]: { partitions: parts.log.partitions(conversations) } };
    const spool = spoolDir === undefined ? undefined : await openSpool({ dir: spoolDir, topics });
    scope.defer('spool', async () => spool?.close());
    const at = { http: { host, port: httpPort }, grpc: { host, port: grpcPort } };
    const ingest = create({
      ...parts,
      ...at,
      ...(spool && { spool }),
      masker,
      ruleSetStamp: stamp,
      keys,
      localTenant: tenant,
    });
    const doors = await ingest.start();
    scope.defer('ingest', () => ingest.stop());
    return { http: doors.http.url, grpc: `${doors.grpc.host}:${doors.grpc.port}` };
  },
);
