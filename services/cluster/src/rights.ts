import { centreRights, KAFKA_PARTIES, type KafkaRight, kafkaRights, readerRights } from '@earshot/process';

export interface RightsOptions {
  namespace: string;
  /** Users of services are called `<prefix><party>`: `earshot-alert`. */
  userPrefix: string;
  /** What stands before each command: the tool, where Kafka is, and how the administrator signs in. */
  tool: string;
  /** Users of contact centres, each with the topic that it publishes to. */
  centres?: readonly { user: string; topic: string }[];
  /** Users who read alerts and cases. */
  readers?: readonly string[];
}

/** One command of Kafka's own tool for each right: the least with which everything runs. */
export function rightsCommands(options: RightsOptions): string[] {
  const { namespace, userPrefix, tool, centres = [], readers = [] } = options;
  const commands = (user: string, rights: readonly KafkaRight[]) =>
    rights.map(({ resource, name, pattern, operations }) => {
      const asked = operations.map((operation) => `--operation ${operation}`).join(' ');
      const what = `--${resource} '${name}' --resource-pattern-type ${pattern}`;
      return `${tool} --add --allow-principal 'User:${user}' ${asked} ${what}`;
    });
  return [
    ...KAFKA_PARTIES.flatMap((party) => commands(userPrefix + party, kafkaRights(party, namespace))),
    ...centres.flatMap(({ user, topic }) => commands(user, centreRights(topic, namespace))),
    ...readers.flatMap((user) => commands(user, readerRights(user, namespace))),
  ];
}
