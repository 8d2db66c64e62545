import { expect, test } from 'vitest';
import { rightsCommands } from './rights.js';

test('each right is a command of its own for the user of its service', () => {
  const commands = rightsCommands({
    namespace: 'two.',
    userPrefix: 'earshot-',
    tool: 'acls.sh --bootstrap-server k:9093',
    centres: [{ user: 'crm', topic: 'earshot.inbound.v1' }],
    readers: ['bi'],
  });
  expect(commands).toContain(
    "acls.sh --bootstrap-server k:9093 --add --allow-principal 'User:earshot-sentiment' --operation Read --operation Write --topic 'two.earshot.conversations.v1' --resource-pattern-type literal",
  );
  expect(commands).toContain(
    "acls.sh --bootstrap-server k:9093 --add --allow-principal 'User:earshot-alert' --operation Read --group 'two.alert.earshot.cases.v1' --resource-pattern-type literal",
  );
  expect(commands).toContain(
    "acls.sh --bootstrap-server k:9093 --add --allow-principal 'User:crm' --operation Write --topic 'two.earshot.inbound.v1' --resource-pattern-type literal",
  );
  expect(commands.filter((command) => command.includes("'User:bi'"))).toHaveLength(3);
  expect(new Set(commands).size).toBe(commands.length);
});
