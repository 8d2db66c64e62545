import { expect, test } from 'vitest';
import { pieces } from './places.js';

test.each([
  ['命中 2 句，首句 u:客户侧 1:12', ['客户侧 1:1', '客户侧 1:12'], ['命中 2 句，首句 ', '客户侧 1:12']],
  ['nothing before t:1700000000000.', [], ['nothing before ', 1_700_000_000_000, '.']],
  ['因出现“u:x:1”而排除：u:c:0（', ['c:0'], ['因出现“u:x:1”而排除：', 'c:0', '（']],
  ['u:c:1u:c:1', ['c:1'], ['c:1', 'c:1']],
  ['not at: all', ['c:1'], ['not at: all']],
] as const)('%s is cut at the utterances that are known and at times', (text, lines, expected) => {
  const cut = pieces(text, lines).map((piece) =>
    piece.kind === 'text' ? piece.text : piece.kind === 'place' ? piece.line : piece.atMs,
  );
  expect(cut).toEqual(expected);
});
