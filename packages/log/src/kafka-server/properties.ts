import { join } from 'node:path';

export interface Listeners {
  /** host:port in plain text, for the broker itself and whoever looks after it. */
  broker: string;
  /** Absent for a broker that joins others. */
  controller: string | undefined;
  /** Further ones: host:port, and what is spoken there. */
  doors?: Readonly<Record<string, { address: string; protocol: string }>>;
}

/** Settings of one small node; `more` wins. */
export function serverProperties(
  dir: string,
  listeners: Listeners,
  controller: string,
  more: Record<string, string | number>,
): string {
  const doors = Object.entries(listeners.doors ?? {});
  const seen = [`PLAINTEXT://${listeners.broker}`, ...doors.map(([name, { address }]) => `${name}://${address}`)];
  const own = listeners.controller === undefined ? seen : [...seen, `CONTROLLER://${listeners.controller}`];
  const protocols = ['CONTROLLER:PLAINTEXT', 'PLAINTEXT:PLAINTEXT'];
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: own.join(','),
    'advertised.listeners': seen.join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      ...protocols,
      ...doors.map(([name, { protocol }]) => `${name}:${protocol}`),
    ].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.quorum.voters': controller,
    'log.dirs': join(dir, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A server that comes back after kill -9 waits until its former session has run out.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': 'false',
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    ...more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
