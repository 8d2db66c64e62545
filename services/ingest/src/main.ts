import { portSetting, secretSetting } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { createMasker, type Masker } from '@earshot/privacy';
import { runProcess, tenantKeys } from '@earshot/process';
import { z } from 'zod';
import { create } from './index.js';

const settings = {
  host: z.string().prefault('127.0.0.1').describe('address to listen on; beyond loopback only with API keys'),
  httpPort: portSetting(8701).describe('conversations over HTTP; 0: any free one'),
  grpcPort: portSetting(8702).describe('conversations over gRPC; 0: any free one'),
  tenant: z.string().prefault('default').describe('tenant of callers on loopback while nobody has a key'),
  maskKey: secretSetting().describe('32 random bytes, base64url, the same for every ingest and for ever'),
};

await runProcess(
  { service: 'ingest', settings, openLog: openKafkaLog },
  async ({ followControl, scope, ...parts }, { host, httpPort, grpcPort, tenant, maskKey }) => {
    const { stamp, keys } = await followControl();
    const keyOf = tenantKeys(maskKey, 'mask');
    const maskers = new Map<string, Masker>();
    const masker = (of: string) => {
      const known = maskers.get(of) ?? createMasker({ key: keyOf(of) });
      maskers.set(of, known);
      return known;
    };
    const at = { http: { host, port: httpPort }, grpc: { host, port: grpcPort } };
    const ingest = create({ ...parts, ...at, masker, ruleSetStamp: stamp, keys, localTenant: tenant });
    const doors = await ingest.start();
    scope.defer('ingest', () => ingest.stop());
    return { http: doors.http.url, grpc: `${doors.grpc.host}:${doors.grpc.port}` };
  },
);
