import { createScope } from '@earshot/kit';
import type { Finding } from '@earshot/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCall } from '../support/call.js';
import { publishRules, readAlerts } from '../support/operator.js';
import { freePorts, type Product, startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const scope = createScope();
const dataDir = temporaryFolder(scope, 'history');
let product: Product;
let args: string[];

const RULES = `rules:
  - id: unsolved-again
    title: { zh: 多次来访仍未解决, en: Unsolved after several contacts }
    severity: high
    roles: [customer]
    when: { and: [{ phrases: [还没解决] }, { history: { contacts: { atLeast: 3 } } }] }
    prompt: { what: 客户近期多次来访, next: 升级处理 }
  - id: says-not-mine
    title: { zh: 推诿, en: Shirks }
    severity: medium
    roles: [agent]
    tags: [shirking]
    when: { phrases: [不归我管] }
    prompt: { what: 推诿, next: 致歉 }
  - id: shirks-often
    title: { zh: 近期多次推诿, en: Shirks often }
    severity: high
    when: { history: { agentFindings: { tag: shirking, atLeast: 2 } } }
    prompt: { what: 该坐席近期多次推诿, next: 辅导 }
  - id: no-network
    title: { zh: 断网, en: No network }
    severity: low
    roles: [customer]
    topic: network-outage
    when: { phrases: [没有网了] }
    prompt: { what: 断网, next: 报障 }
  - id: outage
    title: { zh: 疑似大面积断网, en: Outage }
    severity: critical
    when: { history: { topicConversations: { topic: network-outage, atLeast: 3 } } }
    prompt: { what: 一小时内多通会话反映断网, next: 通知网络部 }
`;

beforeAll(async () => {
  args = ['--no-demo', '--no-analysis', '--port', String(await freePorts())];
  product = await startProduct(scope, { dataDir, args });
  await publishRules(product, RULES);
});
afterAll(() => scope.close());

const alertsOf = async (conversationId: string) => [...(await readAlerts(product, conversationId)).values()];

function found(conversationId: string, ruleId: string) {
  return until(
    async () => (await alertsOf(conversationId)).find(({ finding }) => finding.ruleId === ruleId) ?? false,
    `${ruleId} in ${conversationId}`,
  );
}

const ids = (findings: readonly Finding[]) => findings.map(({ ruleId }) => ruleId);

describe('what other conversations brought', () => {
  test('the third contact of a customer is known on the card and to the rules, over channels and a restart', async () => {
    const contact = (id: string, channel: 'voice' | 'chat') =>
      openCall(scope, product, id, '10001', { channel, customerKey: '13800138000' });
    const first = await contact('again-1', 'voice');
    await first.say('customer', '问题还没解决');
    await first.end();
    await contact('again-2', 'chat');
    product.signal('SIGKILL');
    await product.ended;
    product = await startProduct(scope, { dataDir, args });
    const third = await contact('again-3', 'voice');
    await third.say('customer', '问题还没解决');
    const alert = await found('again-3', 'unsolved-again');
    const history = alert.summary.history?.find(({ subject }) => subject.kind === 'customer');
    expect(history).toMatchObject({
      count: 3,
      earlier: [
        { conversationId: 'again-2', channel: 'chat' },
        { conversationId: 'again-1', channel: 'voice' },
      ],
    });
    // The customer himself is not named: the key is a keyed hash.
    expect(JSON.stringify(alert)).not.toContain('13800138000');
    expect(ids((await alertsOf('again-1')).map(({ finding }) => finding))).toEqual([]);
  });

  test("an agent's findings of a kind add up over conversations, and what rests on them does not count again", async () => {
    for (const id of ['shirk-1', 'shirk-2']) {
      const call = await openCall(scope, product, id, '10002');
      await call.say('agent', '这个不归我管');
      await found(id, 'says-not-mine');
    }
    const alert = await found('shirk-2', 'shirks-often');
    const agent = alert.summary.history?.find(({ subject }) => subject.kind === 'agent');
    expect(agent).toMatchObject({ subject: { kind: 'agent', id: '10002' }, tags: [{ tag: 'shirking', count: 2 }] });
    expect(ids((await alertsOf('shirk-1')).map(({ finding }) => finding))).toEqual(['says-not-mine']);
  });

  test('a topic met by several conversations within the hour is an incident', async () => {
    for (const id of ['out-1', 'out-2', 'out-3']) {
      const call = await openCall(scope, product, id, '10003');
      await call.say('customer', '家里没有网了');
    }
    expect((await found('out-3', 'outage')).finding.severity).toBe('critical');
  });
});
