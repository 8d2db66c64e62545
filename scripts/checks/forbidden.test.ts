import { describe, expect, it } from 'vitest';
import { checkForbidden, RULES } from './forbidden.mjs';

const PLANTED: Record<string, [path: string, text: string]> = {
  'sleep-in-test': ['packages/log/src/a.test.ts', 'await new Promise((done) => setTimeout(done, 50));'],
  'only-in-test': ['packages/log/src/a.test.ts', "it.only('x', () => {});"],
  'retry-in-test': ['vitest.config.ts', 'export default { test: { retry: 3 } };'],
  'raw-html': ['services/console/web/src/card.tsx', '<p dangerouslySetInnerHTML={{ __html: text }} />'],
  'joined-sql': ['packages/warehouse/src/q.ts', 'client.query({ query: `select * from t where id = ${id}` });'],
  'switched-off-types': ['packages/log/src/a.ts', '// @ts-ignore'],
  unfinished: ['packages/log/src/a.ts', '// TODO later'],
  seat: ['services/console/web/src/zh.ts', "'座席'"],
  alarm: ['packages/rulebooks/zh/a.yaml', 'title: 警报'],
  speech: ['services/console/web/src/zh.json', '"话语"'],
  overseer: ['README.zh-CN.md', '监督者'],
};

describe('forbidden words', () => {
  it('has a planted case for every rule', () => {
    expect(Object.keys(PLANTED).sort()).toEqual(RULES.map((rule) => rule.id).sort());
  });

  it.each(Object.entries(PLANTED))('%s is reported where it stands', (id, [path, text]) => {
    expect(checkForbidden([{ path, text: `first line\n${text}` }])).toEqual([
      expect.stringContaining(`${path}:2 ${id}: `),
    ]);
  });

  it.each([
    ['packages/kit/src/run.ts', 'setTimeout(stop, 1000);'],
    ['packages/wire/src/error.test.ts', 'expect(error.retry).toBe(true); make({ retry: true });'],
    ['packages/warehouse/src/q.ts', 'client.query({ query: `select {id:String}`, query_params: { id } });'],
    ['services/alert/src/a.ts', 'logger.info(`query ${id}`);'],
    ['docs/glossary.test.ts', "forbidden(['座席', '警报'])"],
  ])('%s may say: %s', (path, text) => {
    expect(checkForbidden([{ path, text }])).toEqual([]);
  });
});
