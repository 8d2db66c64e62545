import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './json.js';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('JSON at the door', () => {
  test('every value that JSON can carry comes through unchanged', () => {
    const values = fc.jsonValue({ maxDepth: 6 }).filter((value) => !/proto|constructor/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(values, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['33 levels', nested(33), 'json-too-deep'],
    ['a million levels', nested(1_000_000), 'json-too-deep'],
    ['a million levels that never end', '['.repeat(1_000_000), 'json-too-deep'],
    ['a key twice', '{"a":1,"b":[{"a":1}],"a":2}', 'json-duplicate-key'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 'json-duplicate-key'],
    ['a prototype', '{"x":{"__proto__":{"admin":true}}}', 'json-forbidden-key'],
    ['a prototype, escaped', '{"\\u005f_proto__":1}', 'json-forbidden-key'],
    ['a constructor', '{"constructor":{"prototype":{}}}', 'json-forbidden-key'],
    ['an open string', '{"a":"canary', 'json-broken'],
    ['half an escape', '{"a\\', 'json-broken'],
    ['words', 'canary 110105194912310021', 'json-broken'],
    ['nothing', '', 'json-broken'],
    ['NaN', '{"a":NaN}', 'json-broken'],
  ])('%s is refused by its code, without quoting it', (_title, text, code) => {
    let caught: unknown;
    try {
      parseJson(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code });
    expect(String(caught)).not.toContain('canary');
  });

  test('32 levels, equal keys of neighbours and equal values are fine', () => {
    expect(parseJson(nested(32))).toEqual(JSON.parse(nested(32)));
    expect(parseJson('[{"a":"a"},{"a":{"a":"a,\\"a\\":"}}]')).toEqual([{ a: 'a' }, { a: { a: 'a,"a":' } }]);
  });
});
