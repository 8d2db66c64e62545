import { expect, test } from 'vitest';
import { renderTable } from './table.js';

test('columns stand below each other, with Chinese words two places wide', () => {
  expect(
    renderTable([
      ['组件', 'pid'],
      ['ingest-1', '7'],
    ]),
  ).toEqual(['  组件      pid', '  ingest-1  7']);
});
