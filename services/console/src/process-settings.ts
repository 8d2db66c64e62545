import { clickhouseSettings, portSetting, redisSettings, secretSetting } from '@earshot/kit';
import { grpcTlsSettings, httpTlsSettings } from '@earshot/kit/tls';
import { inboundSetting } from '@earshot/process';
import { z } from 'zod';

/** Settings of the console as a process of its own. Without a ClickHouse server analysis is off. */
export const processSettings = {
  host: z.string().prefault('127.0.0.1').describe('address to listen on; beyond loopback only with a public address'),
  port: portSetting(8700).describe('pages; 0: any free one'),
  grpcPort: portSetting(8703).describe('rules over gRPC; 0: any free one'),
  ...httpTlsSettings,
  ...grpcTlsSettings,
  publicUrl: z.url().optional().describe('address that people open; needed beyond loopback, https'),
  ingestUrl: z.url().optional().describe('where conversations are sent in over HTTP, for the page that says so'),
  sessionKey: secretSetting().describe('32 random bytes, base64url, the same for every console: signs sessions'),
  tenant: z.string().prefault('default').describe('whose people sign-in links are for when nobody says otherwise'),
  adminToken: secretSetting().describe("what opens the operator's routes"),
  deskKey: secretSetting().optional().describe("what a CRM signs its agents' desk tokens with, base64url"),
  lang: z.enum(['zh', 'en']).optional().describe('language of the pages for whoever has not chosen one'),
  inbound: inboundSetting(),
  ...clickhouseSettings,
  ...redisSettings,
};
