import { KAFKA_PARTIES, kafkaRights } from '@earshot/process';

export interface RightsOptions {
  namespace: string;
  /** Users are called `<prefix><party>`: `earshot-alert`. */
  userPrefix: string;
  /** What stands before each command: the tool, where Kafka is, and how the administrator signs in. */
  tool: string;
}

/** One command of Kafka's own tool for each right: the least with which everything runs. */
export function rightsCommands({ namespace, userPrefix, tool }: RightsOptions): string[] {
  return KAFKA_PARTIES.flatMap((party) =>
    kafkaRights(party, namespace).map(({ resource, name, pattern, operations }) => {
      const asked = operations.map((operation) => `--operation ${operation}`).join(' ');
      const what = `--${resource} '${name}' --resource-pattern-type ${pattern}`;
      return `${tool} --add --allow-principal 'User:${userPrefix}${party}' ${asked} ${what}`;
    }),
  );
}
