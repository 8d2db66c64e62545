import { createHash } from 'node:crypto';
import { AssignerProtocol, type Cluster, type GroupMember, type PartitionAssigner } from 'kafkajs';

const NAME = 'earshot-rendezvous';
const VERSION = 1;

export interface Claim {
  node: string;
  /** Orders members that claim the same node name; the highest is the one that lives. */
  joining: string;
}

/**
 * Which node has which partition number: pairs of node and number are taken by the rank of their hash, and no node
 * gets more than its share (rounded up). It knows neither topic nor group, so the same numbers of all topics meet on
 * one node; a node that joins or leaves moves little more than its own share.
 */
export function assignPartitions(nodes: readonly string[], partitions: number): Map<number, string> {
  const owners = new Map<number, string>();
  if (nodes.length === 0) return owners;
  const share = Math.ceil(partitions / nodes.length);
  const loads = new Map<string, number>();
  const pairs = nodes.flatMap((node) =>
    Array.from({ length: partitions }, (_, partition) => ({ node, partition, rank: rankOf(node, partition) })),
  );
  pairs.sort((a, b) => b.rank - a.rank || (a.node < b.node ? -1 : 1));
  for (const { node, partition } of pairs) {
    const load = loads.get(node) ?? 0;
    if (owners.has(partition) || load >= share) continue;
    owners.set(partition, node);
    loads.set(node, load + 1);
  }
  return owners;
}

/** For `partitionAssigners` of a consumer; `onCluster` gets kafkajs's view of the cluster as soon as it exists. */
export function rendezvousAssigner(claim: Claim, onCluster: (cluster: Cluster) => void): PartitionAssigner {
  return ({ cluster }) => {
    onCluster(cluster);
    return {
      name: NAME,
      version: VERSION,
      protocol: ({ topics }) => {
        const userData = Buffer.from(JSON.stringify(claim));
        return { name: NAME, metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData }) };
      },
      assign: async ({ members, topics }) => {
        const counts = topics.map((topic) => ({ topic, count: cluster.findTopicPartitionMetadata(topic).length }));
        return assignMembers(members, counts);
      },
    };
  };
}

/** What the leader of a group tells each member. */
export function assignMembers(members: readonly GroupMember[], topics: readonly { topic: string; count: number }[]) {
  const living = new Map<string, { memberId: string; joining: string }>();
  for (const { memberId, memberMetadata } of members) {
    const { node, joining } = readClaim(memberId, memberMetadata);
    const other = living.get(node);
    if (!other || other.joining < joining) living.set(node, { memberId, joining });
  }
  const nodes = [...living.keys()].sort();
  const perMember = new Map<string, Record<string, number[]>>(members.map(({ memberId }) => [memberId, {}]));
  for (const { topic, count } of topics) {
    for (const [partition, node] of assignPartitions(nodes, count)) {
      const own = perMember.get(living.get(node)?.memberId ?? '');
      if (own) own[topic] = [...(own[topic] ?? []), partition].sort((a, b) => a - b);
    }
  }
  return [...perMember].map(([memberId, assignment]) => ({
    memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({
      version: VERSION,
      assignment,
      userData: Buffer.alloc(0),
    }),
  }));
}

function readClaim(memberId: string, memberMetadata: Buffer): Claim {
  const userData = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData;
  try {
    const { node, joining } = JSON.parse(String(userData)) as Partial<Claim>;
    if (typeof node === 'string' && typeof joining === 'string') return { node, joining };
  } catch {
    // Not a member of ours: it still counts as one node.
  }
  return { node: memberId, joining: '' };
}

function rankOf(node: string, partition: number): number {
  return createHash('sha256').update(`${partition}\n${node}`).digest().readUIntBE(0, 6);
}
