import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileHere, createPublisher, followInForce, type InForce, type Publisher } from '@earshot/control';
import type { Scope } from '@earshot/kit';
import { openEmbeddedLog } from '@earshot/log/embedded';
import type { Warehouse } from '@earshot/warehouse';
import { openChdbWarehouse } from '@earshot/warehouse/chdb';
import { TOPICS } from '@earshot/wire';

/** Rules that can be published, over a real control log. */
export async function openRules(scope: Scope): Promise<{ inForce: InForce; publisher: Publisher }> {
  const log = await openEmbeddedLog({ dir: folder(scope, 'control'), topics: { [TOPICS.control]: { partitions: 1 } } });
  scope.defer('control log', () => log.close());
  const onFault = () => undefined;
  const inForce = await followInForce(log, { compile: compileHere, onFault, pinnedSinceMs: 0 });
  scope.defer('control', () => inForce.control.stop());
  return { inForce, publisher: createPublisher({ log, inForce, compile: compileHere, clock: () => log.clock() }) };
}

export async function openWarehouse(scope: Scope): Promise<Warehouse> {
  const warehouse = await openChdbWarehouse({ dir: folder(scope, 'warehouse') });
  scope.defer('warehouse', () => warehouse.close());
  await warehouse.migrate();
  return warehouse;
}

/** One finding as it was asserted, and whether it still stood at the end. */
export interface Standing {
  conversation: string;
  finding: string;
  rule: string;
  hash: string;
  atMs: number;
  stands?: boolean;
  tenant?: string;
}

/** As analytics lands them: what a finding said last, and which findings stood in each set. */
export async function landFindings(warehouse: Warehouse, standings: readonly Standing[]): Promise<void> {
  const place = (atMs: number, offset: number) => ({ log_offset: offset, logged_at: atMs, version: offset });
  const assertions = standings.map(({ conversation, finding, rule, hash, atMs, tenant = 'bank' }, n) => ({
    tenant,
    conversation_id: conversation,
    finding_id: finding,
    rule_id: rule,
    title: `规则${rule}`,
    words_at: atMs,
    rule_set_hash: hash,
    ...place(atMs, n + 1),
  }));
  const conversations = [...new Set(standings.map((one) => one.conversation))];
  const sets = conversations.flatMap((conversation, n) => {
    const own = standings.filter((one) => one.conversation === conversation);
    const set = (asOf: number, held: Standing[]) => ({
      tenant: own[0]?.tenant ?? 'bank',
      conversation_id: conversation,
      as_of: asOf,
      finding_ids: held.map((one) => one.finding),
      ...place(own[0]?.atMs ?? 0, 100 + 10 * n + asOf),
    });
    return [
      set(1, own),
      set(
        2,
        own.filter((one) => one.stands !== false),
      ),
    ];
  });
  await warehouse.insert('finding_assertions', assertions, { token: 'assertions' });
  await warehouse.insert('standing_sets', sets, { token: 'sets' });
}

function folder(scope: Scope, name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `earshot-${name}-`));
  scope.defer(`folder ${name}`, async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
