import type { Broker, Cluster } from 'kafkajs';

/** What kafkajs's broker can do and its types leave out. */
interface Coordinator extends Broker {
  joinGroup(request: unknown): Promise<{ generationId: number; memberId: string }>;
  syncGroup(request: unknown): Promise<unknown>;
  heartbeat(request: { groupId: string; memberId: string; groupGenerationId: number }): Promise<unknown>;
}

export interface Generation {
  id: number;
  memberId: string;
}

/**
 * The group's coordinator as kafkajs talks to it. kafkajs tells neither the generation it joined nor when a heartbeat
 * was sent, and its own commit may go out under a later generation than its caller's; so joins and heartbeats are
 * watched on their way, and commits are made here, under the generation that the caller holds.
 */
export class GroupCoordinator {
  /** The generation that was joined last; its assignment may not be known yet. */
  joined: Generation | undefined;
  private confirmed = Number.NEGATIVE_INFINITY;
  private synced = Number.NEGATIVE_INFINITY;
  private broker: Coordinator | undefined;
  private find: (() => Promise<Coordinator>) | undefined;

  constructor(private readonly groupId: string) {}

  /** Monotonic time before which the coordinator surely had not given this member up, in the generation in force. */
  get confirmedMs(): number {
    return this.confirmed;
  }

  /** The generation that was joined last is in force: what held before it is lost, and its joining counts from now. */
  inForce(): void {
    this.confirmed = Math.max(this.confirmed, this.synced);
  }

  /** Watches what a consumer sends through `cluster`, from now on. */
  watch(cluster: Cluster): void {
    const find = cluster.findGroupCoordinator.bind(cluster);
    const { groupId } = this;
    this.find = async () => {
      this.broker = this.watched(await find({ groupId }).catch((error: unknown) => tellWhy(cluster, groupId, error)));
      return this.broker;
    };
    cluster.findGroupCoordinator = (group) => (group.groupId === groupId && this.find ? this.find() : find(group));
  }

  /** A heartbeat, now. Throws what the coordinator answers. */
  async heartbeat({ id, memberId }: Generation): Promise<void> {
    const broker = await this.current();
    await this.asking(() => broker.heartbeat({ groupId: this.groupId, memberId, groupGenerationId: id }));
  }

  /** Throws what the coordinator answers; a member of an earlier generation changes nothing. */
  async commit(generation: Generation, topic: string, partition: number, offset: number, metadata: string) {
    const broker = await this.current();
    const partitions = [{ partition, offset: String(offset), metadata }];
    const { id: groupGenerationId, memberId } = generation;
    const { groupId } = this;
    await this.asking(() =>
      broker.offsetCommit({ groupId, groupGenerationId, memberId, topics: [{ topic, partitions }] }),
    );
  }

  private async current(): Promise<Coordinator> {
    if (this.broker?.isConnected()) return this.broker;
    if (!this.find) throw new Error('the group has not been joined yet');
    return this.find();
  }

  /** Who coordinates may have changed: the next request asks again. */
  private async asking(request: () => Promise<unknown>): Promise<void> {
    try {
      await request();
    } catch (error) {
      this.broker = undefined;
      throw error;
    }
  }

  private watched(broker: Broker): Coordinator {
    if (!isCoordinator(broker)) throw new Error('this kafkajs has another coordinator than 2.2.4');
    const watched: Coordinator = Object.assign(Object.create(broker) as Coordinator, {
      joinGroup: async (request: unknown) => {
        const joined = await broker.joinGroup(request);
        this.joined = { id: joined.generationId, memberId: joined.memberId };
        return joined;
      },
      syncGroup: async (request: unknown) => {
        const sentMs = performance.now();
        const answer = await broker.syncGroup(request);
        this.synced = sentMs;
        return answer;
      },
      heartbeat: async (request: Parameters<Coordinator['heartbeat']>[0]) => {
        const sentMs = performance.now();
        const answer = await broker.heartbeat(request);
        this.confirmed = Math.max(this.confirmed, sentMs);
        return answer;
      },
    });
    return watched;
  }
}

const GROUP = 0;

/** kafkajs asks every broker and keeps what they said to itself, so one is asked again. Throws. */
async function tellWhy(cluster: Cluster, groupId: string, error: unknown): Promise<never> {
  if (error instanceof Error && error.name === 'KafkaJSGroupCoordinatorNotFound') {
    const broker = await cluster.findControllerBroker();
    if (knowsCoordinators(broker)) await broker.findGroupCoordinator({ groupId, coordinatorType: GROUP });
  }
  throw error;
}

function isCoordinator(broker: Broker): broker is Coordinator {
  return ['joinGroup', 'syncGroup', 'heartbeat'].every((name) => name in broker);
}

interface Finder extends Broker {
  findGroupCoordinator(request: { groupId: string; coordinatorType: number }): Promise<unknown>;
}

function knowsCoordinators(broker: Broker): broker is Finder {
  return 'findGroupCoordinator' in broker;
}
