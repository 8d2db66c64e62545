import { coded, type Logger } from '@earshot/kit';
import {
  type Assignment,
  deadLetterEntry,
  type Log,
  LogErrorCode,
  type LogRecord,
  type PartitionHandler,
} from '@earshot/log';
import { conversationKey } from '@earshot/model';
import type { Acceptor } from './accept-event.js';
import { readInbound } from './domain/inbound-record.js';
import { createPatientAppender, type PatientOptions, STOPPING } from './patient-appender.js';

export interface OnInboundDeps {
  log: Pick<Log, 'append' | 'partitionOf'>;
  acceptor: Acceptor;
  /** Whose conversations the topic holds. */
  tenant: string;
  logger: Logger;
  /** Something has to be done again, or (`missed`) was never read. */
  onTrouble(code: string, count?: number): void;
  pause: PatientOptions['pause'];
}

const BATCH = 500;
/** Long enough for what is on its way; whoever comes next then has less to repeat. */
const GRACE_MS = 2_000;

/**
 * One partition of an inbound topic. Each record ends as a fact of its conversation or as a dead letter; the offset moves
 * once both are durable, so that whoever reads on after a crash repeats and never skips.
 */
export function onInbound(assignment: Assignment, deps: OnInboundDeps): PartitionHandler {
  const { log, tenant, onTrouble, pause } = deps;
  const { leaving } = assignment;
  const appender = createPatientAppender(log, { batch: BATCH, leaving, graceMs: GRACE_MS, onTrouble, pause });
  const acceptor = deps.acceptor.through(appender);

  /** Undefined: it is durable; else the code for which it is not, here. */
  async function take(record: LogRecord): Promise<string | undefined> {
    const read = readInbound(record, tenant);
    const outcome = read.ok ? await acceptor.accept(read.event, senderOf(read)) : acceptor.refused('', read);
    if (outcome.ok) return undefined;
    return outcome.code === STOPPING ? STOPPING : setAside(record, outcome.code);
  }

  const senderOf = ({ source }: Extract<ReturnType<typeof readInbound>, { ok: true }>) =>
    source === undefined ? { tenant } : { tenant, source };

  async function setAside(record: LogRecord, reason: string): Promise<string | undefined> {
    try {
      // Its key names the tenant first, as in our own topics: whoever may read those of one tenant sees no others.
      await appender.append(deadLetterEntry(record, reason, conversationKey(tenant, record.key)));
      return undefined;
    } catch (error) {
      const { code } = coded(error);
      if (code !== STOPPING) throw error;
      return code;
    }
  }

  async function commit(offset: number): Promise<void> {
    try {
      await assignment.commit(offset, '');
    } catch (error) {
      // Another member reads on from the last commit and repeats; the next commit holds for this one, too.
      const { code } = coded(error);
      if (code !== LogErrorCode.notOwner) onTrouble(code);
    }
  }

  return {
    from: startOf(assignment, deps),
    async handle(records) {
      // All are handed in before the first is waited for: the order of the calls is that of the records.
      const left = await Promise.all(records.map(take));
      const last = records.at(-1);
      if (last && left.every((code) => code === undefined)) await commit(last.offset + 1);
    },
    async close() {
      await appender.stop();
    },
  };
}

/** Where reading begins. What the topic no longer holds can only be said. */
function startOf(
  { topic, partition, committed, first, next }: Assignment,
  { logger, onTrouble }: OnInboundDeps,
): number {
  if (!committed) return first;
  const { offset } = committed;
  if (offset >= first && offset <= next) return offset;
  onTrouble('missed', Math.max(0, first - offset));
  logger.error({ topic, partition, offset, first, next }, 'an inbound topic does not hold what is to be read next');
  return first;
}
