import type { KafkaFailure } from '../cluster/kafka-failure.js';
import type { KafkaSeen, TopicDifference } from '../cluster/ports.js';
import { spellMs } from '../commands/spell.js';
import type { Finding } from './diagnose.js';

/** What was seen of the Kafka that a cluster stands on. */
export type KafkaLooked =
  | ({ reachable: false; brokers: string } & KafkaFailure)
  | { reachable: true; brokers: string; seen: KafkaSeen; differences: TopicDifference[]; wanted: number };

/** Conversations that began within it may still run, ms; the log must hold them whole. */
const LONGEST_CONVERSATION_MS = 24 * 3_600_000;
/** Releases that the tests ran on lie at or above it; older ones understand the same requests. */
const TESTED_FROM = '3.9';
const LEAST = '3.0';
const CLOCK_WARNING_MS = 1_000;
/** Ingest refuses what is said to have happened further ahead than this. */
const CLOCK_FAULT_MS = 24 * 3_600_000;

export function diagnoseKafka(looked: KafkaLooked, nowMs: number): Finding[] {
  const { brokers } = looked;
  if (!looked.reachable) {
    const word = looked.away ? 'doctor-kafka-away' : 'doctor-kafka-refused';
    return [{ state: 'fault', about: 'doctor-kafka', word, values: { brokers, reason: looked.reason } }];
  }
  const { seen } = looked;
  return [version(seen, brokers), ...topics(looked), ...copies(seen), clock(seen, nowMs)];
}

function version({ version: release, brokers: count }: KafkaSeen, brokers: string): Finding {
  const about = 'doctor-kafka';
  if (release === undefined || isBefore(release, LEAST))
    return { state: 'fault', about, word: 'doctor-kafka-old', values: { brokers, least: LEAST } };
  const values = { brokers, count, release, tested: TESTED_FROM };
  if (isBefore(release, TESTED_FROM)) return { state: 'warning', about, word: 'doctor-kafka-untested', values };
  return { state: 'fine', about, word: 'doctor-kafka-on', values };
}

function topics({ differences, wanted }: Extract<KafkaLooked, { reachable: true }>): Finding[] {
  const about = 'doctor-topics';
  if (differences.length === 0) return [{ state: 'fine', about, word: 'doctor-topics-fit', values: { count: wanted } }];
  const missing = differences.filter(({ setting }) => setting === 'topic').map(({ topic }) => topic);
  const findings: Finding[] = differences
    .filter(({ setting }) => setting !== 'topic')
    .map(({ topic, setting, expected, found }) => {
      const values = { topic, setting, expected, found };
      if (setting === 'partitions') return { state: 'fault', about, word: 'doctor-topic-partitions', values };
      if (setting === 'retention.ms') return retention(values);
      return { state: 'fault', about, word: 'doctor-topic-setting', values };
    });
  if (missing.length === 0) return findings;
  const list = missing.join(', ');
  return [{ state: 'fault', about, word: 'doctor-topics-missing', values: { topics: list } }, ...findings];
}

/** Shorter than what was planned is a choice; shorter than a conversation loses words that are still needed. */
function retention(values: { topic: string; setting: string; expected: string; found: string }): Finding {
  const kept = Number(values.found);
  const about = 'doctor-topics';
  const longest = spellMs(LONGEST_CONVERSATION_MS);
  if (!(kept > LONGEST_CONVERSATION_MS))
    return { state: 'fault', about, word: 'doctor-topic-forgets', values: { ...values, longest } };
  return { state: 'warning', about, word: 'doctor-topic-retention', values };
}

function copies({ topics: seen }: KafkaSeen): Finding[] {
  const about = 'doctor-copies';
  if (seen.length === 0) return [];
  const least = Math.min(...seen.map(({ replicas }) => replicas));
  const stuck = seen.filter(({ inSync, minInSync }) => inSync < minInSync).map(({ topic }) => topic);
  const behind = seen
    .filter(({ replicas, inSync, minInSync }) => inSync < replicas && inSync >= minInSync)
    .map(({ topic }) => topic);
  const tight = seen
    .filter(({ replicas, minInSync }) => replicas > 1 && replicas <= minInSync)
    .map(({ topic }) => topic);
  const findings: Finding[] = [];
  if (stuck.length > 0)
    findings.push({ state: 'fault', about, word: 'doctor-copies-stuck', values: { topics: stuck.join(', ') } });
  if (behind.length > 0)
    findings.push({ state: 'warning', about, word: 'doctor-copies-behind', values: { topics: behind.join(', ') } });
  if (tight.length > 0)
    findings.push({ state: 'warning', about, word: 'doctor-copies-tight', values: { topics: tight.join(', ') } });
  if (least === 1) findings.push({ state: 'warning', about, word: 'doctor-copies-one', values: {} });
  const fine: Finding = { state: 'fine', about, word: 'doctor-copies-fine', values: { copies: least } };
  return findings.length > 0 ? findings : [fine];
}

function clock({ clock: seen }: KafkaSeen, nowMs: number): Finding {
  const about = 'doctor-clock';
  if ('aheadMs' in seen) return apart(seen.aheadMs, 'doctor-clock-apart');
  const atLeastMs = seen.newestMs === undefined ? 0 : seen.newestMs - nowMs;
  // The newest record is older than now by nobody knows how much: it can only show that this machine is behind.
  if (atLeastMs > CLOCK_WARNING_MS) return apart(atLeastMs, 'doctor-clock-behind');
  return { state: 'fine', about, word: 'doctor-clock-quiet', values: {} };
}

function apart(aheadMs: number, word: 'doctor-clock-apart' | 'doctor-clock-behind'): Finding {
  const about = 'doctor-clock';
  const values = { seconds: Math.round(aheadMs / 100) / 10 };
  if (Math.abs(aheadMs) <= CLOCK_WARNING_MS) return { state: 'fine', about, word: 'doctor-clock-fine', values };
  return { state: Math.abs(aheadMs) > CLOCK_FAULT_MS ? 'fault' : 'warning', about, word, values };
}

function isBefore(release: string, than: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
