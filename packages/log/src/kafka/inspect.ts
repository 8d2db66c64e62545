import type { Admin, ApiVersions, Cluster } from 'kafkajs';
import { type KafkaConnection, kafkaClient, openCluster } from './connection.js';
import { fetchRecords } from './fetch-records.js';
import { retrying } from './retrying.js';
import { configsOf, withAdmin } from './topics.js';

/** What a cluster looks like from outside, for whoever checks it; nothing is written to look. */
export interface KafkaView {
  brokers: number;
  /** The least that every broker is, by the requests that they understand: `4.1`; absent: older than 2.7. */
  version?: string;
  topics: TopicView[];
  clock: ClockView;
}

export interface TopicView {
  topic: string;
  /** Fewest copies of a partition that there should be, and that there are now. */
  replicas: number;
  inSync: number;
  /** Copies that must have a record before it counts. */
  minInSync: number;
}

/**
 * How far the brokers' clock is ahead of ours, ms, by the stamp of a record that came in while we waited for it. Quiet:
 * nothing came; `newestMs` is the newest stamp held, which the brokers' clock has passed.
 */
export type ClockView = { aheadMs: number } | { quiet: true; newestMs?: number };

export interface InspectOptions {
  connection: KafkaConnection;
  namespace?: string;
  /** Those that are there are looked at. */
  topics: readonly string[];
  /** The busiest of them: its next record tells the time. */
  clockTopic: string;
  clockWithinMs: number;
  /** Epoch ms of this machine. */
  clock?: () => number;
}

export async function inspectKafka(options: InspectOptions): Promise<KafkaView> {
  const { connection, namespace = '', topics, clockTopic, clockWithinMs, clock = Date.now } = options;
  const views = await withAdmin(connection, (admin) => viewsOf(admin, namespace, topics));
  const link = await openCluster(kafkaClient(connection, 'inspect', 1, () => undefined));
  try {
    const { cluster } = link;
    await cluster.addMultipleTargetTopics(views.map(({ topic }) => namespace + topic));
    await cluster.refreshMetadata();
    const nodes = cluster.getNodeIds().map(String);
    const versions = await Promise.all(
      nodes.map(async (nodeId) => leastVersion(await (await cluster.findBroker({ nodeId })).apiVersions())),
    );
    const oldest = versions.sort((a, b) => RELEASES.indexOf(a) - RELEASES.indexOf(b)).at(-1);
    // Who leads is known a moment late: behind the creation of a topic, and while a broker restarts.
    const look = async () => {
      await cluster.refreshMetadata();
      return seeClock(cluster, namespace + clockTopic, clockWithinMs, clock);
    };
    const hasClock = views.some(({ topic }) => topic === clockTopic);
    const seen = hasClock ? await retrying(look, { withinMs: LEADERS_SETTLE_MS }) : QUIET;
    return {
      brokers: nodes.length,
      ...(oldest === undefined || oldest === '' ? {} : { version: oldest }),
      topics: views,
      clock: seen,
    };
  } finally {
    await link.close();
  }
}

const QUIET: ClockView = { quiet: true };
const LEADERS_SETTLE_MS = 10_000;

async function viewsOf(admin: Admin, namespace: string, topics: readonly string[]): Promise<TopicView[]> {
  const present = new Set(await admin.listTopics());
  const there = topics.filter((topic) => present.has(namespace + topic));
  if (there.length === 0) return [];
  const names = there.map((topic) => namespace + topic);
  const metadata = await admin.fetchTopicMetadata({ topics: names });
  const configs = await configsOf(admin, names, ['min.insync.replicas']);
  return there.map((topic) => {
    const partitions = metadata.topics.find(({ name }) => name === namespace + topic)?.partitions ?? [];
    return {
      topic,
      replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      inSync: Math.min(...partitions.map(({ isr }) => isr.length)),
      minInSync: Number(configs.get(namespace + topic)?.get('min.insync.replicas') ?? 1),
    };
  });
}

const [FETCH, LIST_OFFSETS, LIST_TRANSACTIONS] = [1, 2, 66] as const;
/** Newest first; the empty one is older than all. */
const RELEASES = ['4.2', '4.1', '4.0', '3.9', '3.7', '3.5', '3.1', '3.0', '2.7', ''];

/** A broker does not say which release it is; but each of these brought a request, or a version of one. */
export function leastVersion(understood: ApiVersions): string {
  const upTo = (key: number) => understood[key]?.maxVersion ?? -1;
  const [fetch, listOffsets] = [upTo(FETCH), upTo(LIST_OFFSETS)];
  if (fetch >= 18) return listOffsets >= 11 ? '4.2' : '4.1';
  if (fetch === 17) return listOffsets >= 10 ? '4.0' : '3.9';
  if (fetch === 16) return '3.7';
  if (fetch === 15) return '3.5';
  if (fetch >= 13) return '3.1';
  if (fetch === 12) return upTo(LIST_TRANSACTIONS) >= 0 ? '3.0' : '2.7';
  return '';
}

/** Waits at the end of every partition: who waits is answered as soon as a record is there, so its stamp is "now". */
async function seeClock(cluster: Cluster, name: string, withinMs: number, now: () => number): Promise<ClockView> {
  const partitions = cluster.findTopicPartitionMetadata(name).map(({ partitionId }) => partitionId);
  const [offsets] = await cluster.fetchTopicsOffset([
    { topic: name, partitions: partitions.map((partition) => ({ partition })), fromBeginning: false },
  ]);
  const ends = new Map((offsets?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  const leaders = Object.entries(cluster.findLeaderForPartitions(name, partitions));
  const waited = await Promise.all(
    leaders.map(async ([nodeId, led]) => {
      const wanted = new Map(led.map((partition) => [partition, ends.get(partition) ?? 0]));
      const fetched = await fetchRecords(cluster, { topic: name, name, nodeId, wanted, maxWaitMs: withinMs });
      const stamps = fetched.flatMap(({ records }) => records.map(({ timestampMs }) => timestampMs));
      return stamps.length > 0 ? Math.max(...stamps) - now() : undefined;
    }),
  );
  const seen = waited.filter((aheadMs) => aheadMs !== undefined);
  if (seen.length > 0) return { aheadMs: Math.max(...seen) };
  const stamps = await Promise.all(leaders.map(([nodeId, led]) => newestStamps(cluster, name, nodeId, led, ends)));
  const newest = stamps.flat();
  return newest.length > 0 ? { quiet: true, newestMs: Math.max(...newest) } : QUIET;
}

async function newestStamps(
  cluster: Cluster,
  name: string,
  nodeId: string,
  led: readonly number[],
  ends: ReadonlyMap<number, number>,
): Promise<number[]> {
  const wanted = new Map(
    led.flatMap((partition) => {
      const end = ends.get(partition) ?? 0;
      return end > 0 ? [[partition, end - 1] as const] : [];
    }),
  );
  if (wanted.size === 0) return [];
  try {
    const fetched = await fetchRecords(cluster, { topic: name, name, nodeId, wanted, maxWaitMs: 0 });
    return fetched.flatMap(({ records }) => records.map(({ timestampMs }) => timestampMs));
  } catch {
    // The last record is gone by retention: nothing tells the time.
    return [];
  }
}
