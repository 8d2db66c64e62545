import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { listSetting, secretSetting, splitList, switchSetting } from '../config.js';
import type { EgressSettings } from './egress.js';

const TIMEOUT_MS = 15_000;

/** What the operator says about where webhooks may go. */
export const egressShape = {
  webhookHosts: listSetting().describe('hosts that webhooks may go to, with commas; default: any public one'),
  webhookPorts: z
    .string()
    .prefault('443,8443')
    .transform(splitList)
    .transform((list) => list.map(Number))
    .pipe(z.array(z.number().int().min(1).max(65_535)).min(1))
    .describe('ports that webhooks may go to, with commas'),
  webhookPrivate: listSetting().describe('private addresses that webhooks may go to, e.g. 10.1.2.0/24, with commas'),
  webhookHttp: switchSetting(false).describe('let webhooks go to http:// as well'),
  webhookProxy: secretSetting()
    .optional()
    .describe('proxy that webhooks go through, http://user:password@host:port; needs --webhook-hosts'),
  webhookCa: z.string().optional().describe('PEM file with certificate authorities that receivers of webhooks may use'),
};

export type EgressConfig = z.output<z.ZodObject<typeof egressShape>>;

/** What the operator allows to go out. Throws `ca-unreadable` (exit code 2). */
export function egressSettings(config: EgressConfig): EgressSettings {
  const { webhookHosts, webhookPorts, webhookPrivate, webhookHttp, webhookProxy, webhookCa } = config;
  return {
    ports: webhookPorts,
    http: webhookHttp,
    privateRanges: webhookPrivate ?? [],
    timeoutMs: TIMEOUT_MS,
    ...(webhookHosts ? { hosts: webhookHosts } : {}),
    ...(webhookProxy ? { proxy: webhookProxy } : {}),
    // A list of authorities replaces the known ones, so these go with it.
    ...(webhookCa ? { ca: [...rootCertificates, readPem(webhookCa)] } : {}),
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EarshotError('ca-unreadable', `${file} cannot be read`, { detail: { exitCode: 2 }, cause });
  }
}
