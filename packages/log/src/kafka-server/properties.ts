import { join } from 'node:path';

/** Settings of one small node; `more` wins. `listeners.controller` is absent for a broker that joins others. */
export function serverProperties(
  dir: string,
  listeners: { broker: string; controller: string | undefined },
  controller: string,
  more: Record<string, string | number>,
): string {
  const own = [`PLAINTEXT://${listeners.broker}`];
  if (listeners.controller !== undefined) own.push(`CONTROLLER://${listeners.controller}`);
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: own.join(','),
    'advertised.listeners': `PLAINTEXT://${listeners.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
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
