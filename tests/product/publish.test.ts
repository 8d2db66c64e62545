import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCall } from '../support/call.js';
import { readAlerts } from '../support/operator.js';
import { sessionOf } from '../support/person.js';
import { freePorts, type Product, startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const scope = createScope();
const dataDir = temporaryFolder(scope, 'publish');
let product: Product;
let args: string[];

beforeAll(async () => {
  args = ['--no-demo', '--no-analysis', '--port', String(await freePorts())];
  product = await startProduct(scope, { dataDir, args });
});
afterAll(() => scope.close());

const ruleOf = (id: string, phrase: string) => `rules:
  - id: ${id}
    title: { zh: ${id}, en: ${id} }
    severity: high
    roles: [agent]
    when: { phrases: [${phrase}] }
    prompt: { what: ${id}, next: ${id} }
    examples: { hit: [您${phrase}吧], miss: [好的] }
`;
const OWN = { 'mine.yaml': ruleOf('asks-for-password-song', '背诵口令') };

async function ask(path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${product.consoleUrl}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${product.adminToken}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const findingsOf = async (conversationId: string) =>
  [...(await readAlerts(product, conversationId)).values()].map(({ finding }) => finding);

describe('rules published while calls run', () => {
  test('judge the next call, not the one that runs; a finding names the set that found it', async () => {
    const before = await openCall(scope, product, 'before');
    const { status, body } = await ask('/v1/rules/publish', { files: OWN, why: '新规要求', author: 'zhou' });
    expect([status, body.rules, body.unchanged]).toEqual([200, 1, false]);
    const after = await openCall(scope, product, 'after');
    for (const call of [before, after]) await call.say('agent', '您背诵口令吧');
    const [finding] = await until(async () => {
      const found = await findingsOf('after');
      return found.length > 0 && found;
    }, 'a finding of the new rule');
    expect(finding).toMatchObject({ ruleId: 'asks-for-password-song', ruleSetHash: body.hash });
    // The old call keeps its rules: what they find comes, the new rule does not.
    await before.say('customer', '我要打12378投诉');
    await until(async () => (await findingsOf('before')).length > 0, 'a finding of the old rules');
    expect((await findingsOf('before')).map(({ ruleId }) => ruleId)).toEqual(['crisis-regulator']);
  });

  test('a broken set is refused with file, line and column, and the last good one stays', async () => {
    const before = (await ask('/v1/rules')).body.hash;
    const { status, body } = await ask('/v1/rules/publish', { files: { 'bad.yaml': 'rules:\n  - id: X1\n' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'rules-invalid',
      faults: [{ file: 'bad.yaml', line: 2, column: 5 }, {}, {}, {}, {}],
    });
    expect((await ask('/v1/rules')).body.hash).toBe(before);
  });

  test('only who administers rules may publish; auditors read who did what, when and why', async () => {
    const auditor = await sessionOf(product, '20001');
    expect((await auditor.post('/v1/rules/publish', { files: OWN })).status).toBe(403);
    const admin = await sessionOf(product, '50001');
    const answer = await admin.post('/v1/rules/publish', {
      files: { 'x.yaml': ruleOf('asks-for-number-song', '背诵编号') },
      why: '试行',
    });
    expect(answer.status).toBe(200);
    const { versions } = (await (await admin.get('/v1/rules/versions')).json()) as { versions: object[] };
    expect(versions).toMatchObject([
      { by: '50001', action: 'publish', why: '试行', inForce: true },
      { by: 'operator:zhou', action: 'publish', why: '新规要求', inForce: false },
      { by: 'start', action: 'start', inForce: false },
    ]);
  });

  test('rolled back, the earlier set is in force again, and a restart with untouched files leaves it so', async () => {
    const { status, body } = await ask('/v1/rules/rollback', { why: '误报太多' });
    expect([status, body.rules]).toEqual([200, 1]);
    product.signal('SIGTERM');
    await product.ended;
    product = await startProduct(scope, { dataDir, args });
    expect((await ask('/v1/rules')).body).toMatchObject({ hash: body.hash, rules: [{ id: 'asks-for-password-song' }] });
    const call = await openCall(scope, product, 'after-restart');
    await call.say('agent', '您背诵口令吧');
    await until(async () => (await findingsOf('after-restart')).length > 0, 'a finding after the restart');
  });

  test('reach running calls if asked: no window is lost, and words said before do not meet them', async () => {
    const twice = ruleOf('asks-twice', '背诵口令').replace(
      'when: { phrases: [背诵口令] }',
      'when: { count: { of: { phrases: [背诵口令] }, atLeast: 2, withinSeconds: 60 } }',
    );
    const counting = { 'twice.yaml': twice.replace('hit: [您背诵口令吧], ', '') };
    expect((await ask('/v1/rules/publish', { files: counting })).status).toBe(200);
    const call = await openCall(scope, product, 'running');
    await call.say('agent', '您背诵口令吧');
    await call.say('agent', '您背诵编号吧');
    const more = { ...counting, 'number.yaml': ruleOf('asks-number', '背诵编号') };
    expect((await ask('/v1/rules/publish', { files: more, appliesToRunning: true })).status).toBe(200);
    await call.say('agent', '您背诵口令吧');
    await until(async () => (await findingsOf('running')).length > 0, 'the count that began under the set before');
    await call.say('agent', '您背诵编号吧');
    await until(async () => (await findingsOf('running')).length > 1, 'a finding of the new rule');
    const found = (await findingsOf('running')).map(({ ruleId, anchor }) => `${ruleId} ${anchor}`);
    expect(found.sort()).toEqual(['asks-number u:agent:4', 'asks-twice u:agent:1']);
  });
});
