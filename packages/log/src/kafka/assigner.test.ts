import { AssignerProtocol, type Cluster, type Logger, PartitionAssigners } from 'kafkajs';
import { expect, test } from 'vitest';
import { assignMembers, assignPartitions, type Claim } from './assigner.js';

const PARTITIONS = 24;
const nodesNamed = (count: number, prefix = 'node') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

function member(memberId: string, claim: Claim) {
  const userData = Buffer.from(JSON.stringify(claim));
  return { memberId, memberMetadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics: ['a'], userData }) };
}

function decode(assigned: readonly { memberId: string; memberAssignment: Buffer }[]) {
  return new Map(
    assigned.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {},
    ]),
  );
}

function moved(before: Map<number, string>, after: Map<number, string>): number {
  return [...before].filter(([partition, node]) => after.get(partition) !== node).length;
}

test('every partition has one owner and no node has more than its share', () => {
  for (let nodes = 1; nodes <= 12; nodes += 1) {
    const owners = assignPartitions(nodesNamed(nodes), PARTITIONS);
    expect([...owners.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: PARTITIONS }, (_, n) => n));
    for (const node of nodesNamed(nodes)) {
      const load = [...owners.values()].filter((owner) => owner === node).length;
      expect(load).toBeLessThanOrEqual(Math.ceil(PARTITIONS / nodes));
      expect(load).toBeGreaterThan(0);
    }
  }
});

test('the same partition number of every topic and group meets on one node, whatever the members are called', () => {
  const claims = nodesNamed(5).map((node) => ({ node, joining: '1' }));
  const topics = [
    { topic: 'conversations', count: PARTITIONS },
    { topic: 'cases', count: PARTITIONS },
  ];
  const rules = decode(
    assignMembers(
      claims.map((claim, n) => member(`rules-${9 - n}`, claim)),
      topics,
    ),
  );
  const alert = decode(
    assignMembers(
      claims.map((claim, n) => member(`alert-${n}`, claim)),
      topics,
    ),
  );
  for (const n of claims.keys()) {
    const own = rules.get(`rules-${9 - n}`);
    expect(own?.['conversations']).toEqual(own?.['cases']);
    expect(alert.get(`alert-${n}`)).toEqual(own);
  }
});

test('a node that joins or leaves moves little more than its own share; round robin moves most', async () => {
  let ours = 0;
  let roundRobin = 0;
  for (let trial = 0; trial < 20; trial += 1) {
    const nodes = nodesNamed(4, `t${trial}`);
    const three = assignPartitions(nodes.slice(0, 3), PARTITIONS);
    ours += moved(three, assignPartitions(nodes, PARTITIONS)) / PARTITIONS;
    roundRobin += moved(await byRoundRobin(nodes.slice(0, 3)), await byRoundRobin(nodes)) / PARTITIONS;
  }
  expect(ours / 20).toBeLessThan(0.4);
  expect(roundRobin / 20).toBeGreaterThan(0.6);
});

test('of two members with one node name the one that joined last has everything', () => {
  const members = [
    member('old', { node: 'a', joining: '0001' }),
    member('new', { node: 'a', joining: '0002' }),
    member('other', { node: 'b', joining: '0000' }),
  ];
  const assigned = decode(assignMembers(members, [{ topic: 't', count: 8 }]));
  expect(assigned.get('old')).toEqual({});
  expect(assigned.get('new')?.['t']).toHaveLength(4);
  expect(assigned.get('other')?.['t']).toHaveLength(4);
});

test('a member that says nothing of itself still counts as a node', () => {
  const userData = Buffer.from('not ours');
  const foreign = {
    memberId: 'foreign',
    memberMetadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics: ['t'], userData }),
  };
  const assigned = decode(
    assignMembers([foreign, member('ours', { node: 'a', joining: '1' })], [{ topic: 't', count: 4 }]),
  );
  expect(assigned.get('foreign')?.['t']).toHaveLength(2);
});

async function byRoundRobin(nodes: readonly string[]): Promise<Map<number, string>> {
  const cluster = {
    findTopicPartitionMetadata: () => Array.from({ length: PARTITIONS }, (_, partitionId) => ({ partitionId })),
  } as unknown as Cluster;
  const assigner = PartitionAssigners.roundRobin({ cluster, groupId: 'g', logger: {} as Logger });
  const members = nodes.map((node) => member(node, { node, joining: '1' }));
  const assigned = decode(await assigner.assign({ members, topics: ['a'] }));
  return new Map(
    [...assigned].flatMap(([node, { a = [] }]) => a.map((partition): [number, string] => [partition, node])),
  );
}
