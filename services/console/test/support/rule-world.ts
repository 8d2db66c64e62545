import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileHere, createPublisher, followInForce, type InForce } from '@earshot/control';
import type { Scope } from '@earshot/kit';
import { type ApiKey, type ApiScope, newApiKey } from '@earshot/kit/access';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { TOPICS } from '@earshot/wire';
import { openWorld, type World } from './world.js';

/** A console that manages rules, over a control log of its own, with its gRPC door open. */
export interface RuleWorld {
  world: World;
  inForce: InForce;
  address: string;
  /** A new API key of this tenant. */
  key(tenant: string, ...scopes: ApiScope[]): string;
}

export async function openRuleWorld(scope: Scope): Promise<RuleWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-console-rules-'));
  scope.defer('folder', () => rmSync(dir, { recursive: true, force: true }));
  const log = await openEmbeddedLog({ dir, topics: { [TOPICS.control]: { partitions: 1 } } });
  scope.defer('control log', () => log.close());
  const onFault = (fault: unknown) => {
    throw fault;
  };
  const inForce = await followInForce(log, { compile: compileHere, onFault, pinnedSinceMs: 0 });
  scope.defer('control', () => inForce.control.stop());
  const keys: ApiKey[] = [];
  const world = await openWorld({
    deps: {
      publisher: createPublisher({ log, inForce, compile: compileHere, clock: Date.now }),
      rulesInForce: (tenant) => inForce.ruleSet(inForce.stamp(tenant)?.hash ?? ''),
      apiKeys: () => keys,
      grpcPort: 0,
    },
  });
  scope.defer('world', () => world.close());
  const { address } = world.console.grpc ?? {};
  if (!address) throw new Error('the console opened no gRPC door');
  return {
    world,
    inForce,
    address: `${address.host}:${address.port}`,
    key(tenant, ...scopes) {
      const id = `${tenant}-${keys.length}`;
      const { key, sha256 } = newApiKey(id);
      keys.push({ id, tenant, sha256, scopes });
      return key;
    },
  };
}

/** A rule file whose one rule hits on 骗子; `more` is added to the rule. */
export function ruleFile(id: string, more = ''): string {
  return `rules:
  - id: ${id}
    title: { zh: 骗局, en: A scam }
    severity: high
    roles: [customer]
    tags: [fraud]
    when: { phrases: [骗子] }
    prompt: { what: 发生了什么, say: [{ zh: 请稍等, en: One moment }], next: { en: Ask } }
${more}`;
}
