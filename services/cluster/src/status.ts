import { join } from 'node:path';
import { type DataFolder, writeWhole } from '@earshot/kit';
import type { ManagedProcess, ProcessState } from './managed-process.js';
import { renderTable } from './table.js';
import type { textsOf } from './texts.js';

/** One process, for who watches it. */
export interface PartStatus {
  name: string;
  /** Absent while it is not running. */
  pid?: number;
  state: ProcessState;
  addresses: Record<string, string>;
  log: string;
}

/** A server of somebody else's making that runs beside the services. */
export interface StoreServer {
  name: 'kafka' | 'redis';
  address: string;
  log: string;
  /** 0: it does not run now. */
  pid(): number;
}

export function statusOf(stores: readonly StoreServer[], processes: readonly ManagedProcess[]): PartStatus[] {
  const servers = stores.map(({ name, address, log, pid }): PartStatus => {
    const running = pid() === 0 ? {} : { pid: pid() };
    return { name, ...running, state: pid() === 0 ? 'waiting' : 'ready', addresses: { [name]: address }, log };
  });
  const services = processes.map((one) => {
    const pid = one.pid();
    const running = pid === undefined ? {} : { pid };
    return { name: one.name, ...running, state: one.state(), addresses: one.addresses(), log: one.logFile };
  });
  return [...servers, ...services];
}

/** What runs now, for programs: `<data-dir>/status.json`; what a Prometheus reads: `<data-dir>/targets.json`. */
export function writeStatus(folder: DataFolder, parts: readonly PartStatus[]): void {
  writeWhole(join(folder.root, 'status.json'), JSON.stringify({ parts }, undefined, 2));
  writeWhole(join(folder.root, 'targets.json'), JSON.stringify(targetsOf(parts), undefined, 2));
}

/** A process that is down stays a target where it was last, so that it is missed. */
export function targetsOf(parts: readonly PartStatus[]): { targets: string[]; labels: Record<string, string> }[] {
  return parts.flatMap(({ name, addresses: { ops } }) => {
    if (ops === undefined) return [];
    return [{ targets: [new URL(ops).host], labels: { service: name.replace(/-\d+$/, ''), node: name } }];
  });
}

export function statusLines(parts: readonly PartStatus[], texts: ReturnType<typeof textsOf>): string[] {
  const rows = parts.map(({ name, pid, state, addresses, log }) => {
    return [name, String(pid ?? '-'), texts.state(state), Object.values(addresses).join(' '), log];
  });
  return renderTable([texts.columns, ...rows]);
}
