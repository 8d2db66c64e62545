import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { EgressSettings } from '@earshot/kit/egress';
import { EarshotError } from '@earshot/model';
import type { StandaloneConfig } from './config.js';

const TIMEOUT_MS = 15_000;

/** What the operator allows to go out. Throws `ca-unreadable` (exit code 2). */
export function egressSettings(config: StandaloneConfig): EgressSettings {
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
