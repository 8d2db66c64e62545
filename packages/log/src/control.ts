import type { ControlContent, ControlRecord } from '@earshot/model';
import { decodeControlRecord, TOPICS } from '@earshot/wire';
import type { Log, Subscription } from './port.js';

/** What is in force, as far as the control topic has been read. */
export interface ControlView {
  /** Highest epoch read; 0 before anything was published. */
  epoch(): number;
  /** The record in force for a tenant and kind of content. */
  latest(tenant: string, kind: ControlContent['kind']): ControlRecord | undefined;
  /**
   * A published content by its hash, in force or not: running conversations may be pinned to it. Two tenants can publish
   * the same; of whom it is matters only to those who name one.
   */
  byHash(kind: ControlContent['kind'], hash: string, tenant?: string): ControlRecord | undefined;
  all(): ControlRecord[];
}

export interface ControlFollower extends ControlView {
  stop(): Promise<void>;
}

export interface ControlHooks {
  /** The next record is read once it resolves. */
  onRecord?(record: ControlRecord): void | Promise<void>;
  /** A record that cannot be read is left out of the view and reported here. */
  onFault(error: unknown): void;
}

/** Tails the control topic; resolves once its end (as of the call) has been read, so nobody works on less. */
export async function followControl(log: Log, hooks: ControlHooks): Promise<ControlFollower> {
  const records = new Map<string, ControlRecord>();
  const byContent = new Map<string, ControlRecord>();
  const latest = new Map<string, ControlRecord>();
  let epoch = 0;

  const take = async (record: ControlRecord) => {
    const { kind } = record.content;
    records.set(`${kind}|${record.hash}|${record.tenant}`, record);
    byContent.set(`${kind}|${record.hash}`, record);
    const place = `${record.tenant}|${kind}`;
    if (record.epoch >= (latest.get(place)?.epoch ?? 0)) latest.set(place, record);
    epoch = Math.max(epoch, record.epoch);
    await hooks.onRecord?.(record);
  };

  const tail: Subscription = await log.tail({
    topic: TOPICS.control,
    from: { timestampMs: 0 },
    onError: hooks.onFault,
    handle: async (batch) => {
      for (const { value } of batch) {
        try {
          await take(decodeControlRecord(value));
        } catch (error) {
          hooks.onFault(error);
        }
      }
    },
  });
  await tail.caughtUp();

  return {
    epoch: () => epoch,
    latest: (tenant, kind) => latest.get(`${tenant}|${kind}`),
    byHash: (kind, hash, tenant) =>
      tenant === undefined ? byContent.get(`${kind}|${hash}`) : records.get(`${kind}|${hash}|${tenant}`),
    all: () => [...records.values()],
    stop: () => tail.stop(),
  };
}
