import { join } from 'node:path';
import type { Log, LogRecord } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import type { Alert, FactBody } from '@earshot/model';
import { decodeAlertRecord, decodeConversationFact, decodeDeadLetter, TOPICS } from '@earshot/wire';
import { STANDALONE_TOPICS } from '../../services/standalone/src/topics.js';
import { isOpen, keyOfAlert } from '../load/expectations.js';
import type { Acked } from './acked.js';
import { WantedRows } from './rows.js';

export interface LogFindings {
  /** Records of the conversations topic, engine's own included. */
  records: number;
  /** Acknowledged events that are not where the acknowledgement says. */
  ackedLost: number;
  /** Per conversation: epoch of the rule set that its first record carries. */
  firstEpoch: Map<string, number>;
  /** Places (`partition:offset`) and reasons of dead letters that name a record of the conversations topic. */
  deadLetters: Map<string, string>;
  /** Alerts that were retracted, by key. */
  retracted: Map<string, number>;
  /** Alerts that were raised, by key. */
  raised: Set<string>;
  takeovers: Set<string>;
  rows: WantedRows;
}

/** The stopped product's log, read by whoever holds the folder now. */
export async function readLog(dataDir: string, acked: Acked): Promise<LogFindings> {
  const log = await openEmbeddedLog({ dir: join(dataDir, 'log'), topics: STANDALONE_TOPICS });
  try {
    const found: LogFindings = {
      records: 0,
      ackedLost: 0,
      firstEpoch: new Map(),
      deadLetters: new Map(),
      retracted: new Map(),
      raised: new Set(),
      takeovers: new Set(),
      rows: new WantedRows(),
    };
    const ends = await each(log, TOPICS.conversations, (record) => onConversation(record, acked, found));
    for (const [partition, end] of ends.entries()) found.ackedLost += acked.beyond(partition, end);
    await each(log, TOPICS.alerts, (record) => onAlert(record, found));
    await each(log, TOPICS.deadLetters, ({ value }) => {
      const { id, topic, partition, offset, reason } = decodeDeadLetter(value);
      found.rows.deadLetter(id);
      if (topic === TOPICS.conversations) found.deadLetters.set(`${partition}:${offset}`, reason);
    });
    return found;
  } finally {
    await log.close();
  }
}

function onConversation({ partition, offset, value }: LogRecord, acked: Acked, found: LogFindings): void {
  const { conversationId, eventId, ruleSet, body } = decodeConversationFact(value);
  found.records += 1;
  if (!acked.agrees(partition, offset, eventId)) found.ackedLost += 1;
  addRow(found.rows, conversationId, eventId, body);
  if (body.kind === 'takeover') found.takeovers.add(`${body.service} ${body.engine}`);
  if (ruleSet && !found.firstEpoch.has(conversationId)) found.firstEpoch.set(conversationId, ruleSet.epoch);
}

function addRow(rows: WantedRows, conversationId: string, eventId: string, body: FactBody): void {
  switch (body.kind) {
    case 'takeover':
    case 'time-reached':
    case 'checkpoint':
    case 'closed':
    case 'score':
    case 'history':
      return;
    case 'utterance':
      return rows.utterance(nameOf(conversationId, body), body.revision, body.final ? 'final' : 'open');
    case 'utterance-withdrawn':
      return rows.utterance(nameOf(conversationId, body), 0, 'withdrawn');
    default:
      return rows.fact(`${conversationId} ${eventId}`);
  }
}

const nameOf = (conversationId: string, { leg, segment }: { leg: string; segment: number }) =>
  `${conversationId} ${leg} ${segment}`;

function onAlert({ value }: LogRecord, found: LogFindings): void {
  const said = decodeAlertRecord(value);
  if (said.kind !== 'alert') return;
  const { id, version } = said.alert;
  found.rows.alert(id, isOpen(said.alert), version.offset * 1_000 + version.index);
  const key = keyOfAlert(said.alert);
  if (isRetracted(said.alert)) found.retracted.set(key, (found.retracted.get(key) ?? 0) + 1);
  else found.raised.add(key);
}

const isRetracted = ({ state }: Alert) => state === 'retracted';

/** Answers with the end of each partition. */
async function each(log: Log, topic: string, take: (record: LogRecord) => void): Promise<number[]> {
  const ends: number[] = [];
  for (let partition = 0; partition < log.partitions(topic); partition++) {
    const { first, next } = await log.bounds(topic, partition);
    for (let from = first; from < next; ) {
      const records = await log.read(topic, partition, from, 1_000);
      for (const record of records) take(record);
      from = (records.at(-1)?.offset ?? next) + 1;
    }
    ends.push(next);
  }
  return ends;
}
