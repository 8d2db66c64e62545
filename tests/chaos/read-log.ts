import { join } from 'node:path';
import type { Log, LogRecord } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import type { Alert, FactBody } from '@earshot/model';
import { decodeAlertRecord, decodeCaseFact, decodeConversationFact, decodeDeadLetter, TOPICS } from '@earshot/wire';
import { STANDALONE_TOPICS } from '../../services/standalone/src/topics.js';
import { isOpen, keyOfAlert } from '../load/expectations.js';
import type { Acked } from './acked.js';
import { WantedRows } from './rows.js';

export interface LogFindings {
  /** Records of the conversations topic, engine's own included. */
  records: number;
  /** Acknowledged events that are not where the acknowledgement says. */
  ackedLost: number;
  /** Those of them that were acknowledged from the disk of a door. */
  spooledLost: number;
  /** Per conversation: epoch of the rule set that its first record carries. */
  firstEpoch: Map<string, number>;
  /** Places (`partition:offset`) and reasons of dead letters that name a record of the conversations topic. */
  deadLetters: Map<string, string>;
  /** Alerts that were retracted, by key. */
  retracted: Map<string, number>;
  /** Alerts that were raised, by key. */
  raised: Set<string>;
  /** Log time at which each was raised first, epoch ms. */
  raisedMs: Map<string, number>;
  takeovers: Set<string>;
  /** Who has taken which partition over, and when by the log's clock. */
  owners: Takeover[];
  rows: WantedRows;
}

export interface Takeover {
  service: string;
  owner: string;
  partition: number;
  atMs: number;
}

export interface Told {
  acked: Acked;
  /** Ids of events that were acknowledged without a place. */
  spooled: ReadonlySet<string>;
}

/** The stopped product's log, for whoever holds the folder now. */
export function openStandaloneLog(dataDir: string): Promise<Log> {
  return openEmbeddedLog({ dir: join(dataDir, 'log'), topics: STANDALONE_TOPICS });
}

/** Compares what was acknowledged with what is there, and gathers what the engines have said. */
export async function readLog(open: () => Promise<Log>, told: Told): Promise<LogFindings> {
  const log = await open();
  const spooled = new Set(told.spooled);
  try {
    const found: LogFindings = {
      records: 0,
      ackedLost: 0,
      spooledLost: 0,
      firstEpoch: new Map(),
      deadLetters: new Map(),
      retracted: new Map(),
      raised: new Set(),
      raisedMs: new Map(),
      takeovers: new Set(),
      owners: [],
      rows: new WantedRows(),
    };
    const ends = await each(log, TOPICS.conversations, (record) => {
      spooled.delete(onConversation(record, told.acked, found));
    });
    for (const [partition, end] of ends.entries()) found.ackedLost += told.acked.beyond(partition, end);
    found.spooledLost = spooled.size;
    found.ackedLost += spooled.size;
    await each(log, TOPICS.cases, ({ partition, timestampMs, value }) => {
      const { body } = decodeCaseFact(value);
      if (body.kind === 'takeover') found.owners.push({ ...body, partition, atMs: timestampMs });
    });
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

/** Answers with the event's id. */
function onConversation(record: LogRecord, acked: Acked, found: LogFindings): string {
  const { partition, offset, timestampMs, value } = record;
  const { conversationId, eventId, ruleSet, body } = decodeConversationFact(value);
  found.records += 1;
  if (!acked.agrees(partition, offset, eventId)) found.ackedLost += 1;
  addRow(found.rows, conversationId, eventId, body);
  if (body.kind === 'takeover') {
    found.takeovers.add(`${body.service} ${body.engine}`);
    found.owners.push({ ...body, partition, atMs: timestampMs });
  }
  if (ruleSet && !found.firstEpoch.has(conversationId)) found.firstEpoch.set(conversationId, ruleSet.epoch);
  return eventId;
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

function onAlert({ value, timestampMs }: LogRecord, found: LogFindings): void {
  const said = decodeAlertRecord(value);
  if (said.kind !== 'alert') return;
  const { id, version } = said.alert;
  found.rows.alert(id, isOpen(said.alert), version.offset * 1_000 + version.index);
  const key = keyOfAlert(said.alert);
  if (isRetracted(said.alert)) found.retracted.set(key, (found.retracted.get(key) ?? 0) + 1);
  else {
    found.raised.add(key);
    if (!found.raisedMs.has(key)) found.raisedMs.set(key, timestampMs);
  }
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
