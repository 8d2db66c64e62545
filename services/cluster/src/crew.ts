import { join } from 'node:path';
import type { DataFolder } from '@earshot/kit';
import { type ManagedOptions, type ManagedProcess, manageProcess } from './managed-process.js';
import { type StoreServer, statusLines, statusOf, writeStatus } from './status.js';
import type { textsOf } from './texts.js';

/** Services first; Kafka has its own time. */
const STOP_WITHIN_MS = 5_000;

export interface Crew {
  begin(name: string, own: Pick<ManagedOptions, 'program' | 'args' | 'env' | 'isReady'>): ManagedProcess;
  addressOf(name: string, speaks: string): string;
  /** Of every process of a service. */
  addressesOf(service: string, speaks: string): string[];
  /** From now on each end and each return is said, and written to `status.json`. */
  open(): void;
  /** Writes `status.json`. */
  tell(): void;
  table(): string[];
  /** All at once. */
  stop(): Promise<unknown>;
}

/** The processes of a cluster beside its stores. */
export function createCrew(
  stores: readonly StoreServer[],
  folder: DataFolder,
  texts: ReturnType<typeof textsOf>,
  say: (line: string) => void,
): Crew {
  const processes: ManagedProcess[] = [];
  let isOpen = false;
  const tell = () => writeStatus(folder, statusOf(stores, processes));
  return {
    begin(name, own) {
      const managed = manageProcess({
        ...own,
        name,
        nodeFlags: process.execArgv,
        logFile: join(folder.logs, `${name}.log`),
        onEnded: (how, againMs) => {
          say(texts.ended(name, how, againMs));
          tell();
        },
        onReady: () => {
          if (!isOpen) return;
          say(texts.back(name));
          tell();
        },
      });
      processes.push(managed);
      return managed;
    },
    addressOf: (name, speaks) => processes.find((one) => one.name === name)?.addresses()[speaks] ?? '',
    addressesOf: (service, speaks) =>
      processes
        .filter(({ name }) => name.replace(/-\d+$/, '') === service)
        .flatMap((one) => one.addresses()[speaks] ?? []),
    open() {
      isOpen = true;
      tell();
    },
    tell,
    table: () => statusLines(statusOf(stores, processes), texts),
    stop: () => Promise.all(processes.map((one) => one.stop(STOP_WITHIN_MS))),
  };
}
