import { portSetting, redisSettings, secretSetting } from '@earshot/kit';
import { grpcTlsSettings, httpTlsSettings } from '@earshot/kit/tls';
import { inboundSetting } from '@earshot/process';
import { z } from 'zod';

/** Settings of ingest as a process of its own. */
export const processSettings = {
  host: z.string().prefault('127.0.0.1').describe('address to listen on; beyond loopback only with API keys'),
  httpPort: portSetting(8701).describe('conversations over HTTP; 0: any free one'),
  grpcPort: portSetting(8702).describe('conversations over gRPC; 0: any free one'),
  ...httpTlsSettings,
  ...grpcTlsSettings,
  tenant: z.string().prefault('default').describe('tenant of callers on loopback while nobody has a key'),
  inbound: inboundSetting(),
  spoolDir: z.string().optional().describe('folder that events are acknowledged from while Kafka is away'),
  eventsPerSecondPerKey: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('events that one API key may send in a second, at all doors together; absent: no such limit'),
  maskKey: secretSetting().describe('32 random bytes, base64url, the same for every ingest and for ever'),
  ...redisSettings,
};
