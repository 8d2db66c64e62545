import { rulesInvalid } from '@earshot/control';
import { DetailedError, toGrpcFailure } from '@earshot/kit/grpc';
import type { RuleFault } from '@earshot/model';
import { encodeRuleSetRefusal, RULE_SET_REFUSAL, STATUS_DETAILS_TRAILER } from '@earshot/wire';
import { expect, test } from 'vitest';
import { refusalThatFits, sentenceOf } from './refusal.js';

const fault = (file: string, message = 'm'): RuleFault => ({ file, line: 1, column: 1, path: 'p', code: 'c', message });

/** As HTTP/2 counts it: names, values, 32 bytes each. */
function trailerBytes(faults: readonly RuleFault[]): number {
  const refused = rulesInvalid(faults);
  const bytes = encodeRuleSetRefusal(refusalThatFits(refused));
  const failure = toGrpcFailure(
    new DetailedError(refused.code, sentenceOf(refused), [{ message: RULE_SET_REFUSAL, bytes }]),
  );
  const texts = Object.entries(failure.metadata.getMap()).map(([name, value]) =>
    name === STATUS_DETAILS_TRAILER ? name + Buffer.from(value).toString('base64') : name + String(value),
  );
  const all = [...texts, 'grpc-status3', `grpc-message${encodeURIComponent(failure.details)}`];
  return all.reduce((sum, text) => sum + Buffer.byteLength(text) + 32, 0);
}

test.each<[string, RuleFault[]]>([
  ['one', [fault('a.yaml')]],
  ['thousands', Array.from({ length: 5_000 }, (_, n) => fault(`${n}.yaml`))],
  [
    'thousands with the longest Chinese names',
    Array.from({ length: 5_000 }, () => fault('坏'.repeat(256), '错'.repeat(300))),
  ],
  ['one that is as long as a book', [fault('a.yaml', '错'.repeat(100_000))]],
])('the trailers stay below what every client takes: %s', (_title, faults) => {
  expect(trailerBytes(faults)).toBeLessThan(8_192);
});

test('what does not fit is counted: listed and not listed are all', () => {
  for (const count of [0, 1, 50, 500]) {
    const faults = Array.from({ length: count }, (_, n) => fault(`${n}.yaml`));
    const examples = [{ ruleId: 'r', kind: 'hit', index: 0 }] as const;
    const { faults: listed, examples: tried, notListed } = refusalThatFits({ faults, examples });
    expect(listed).toEqual(faults.slice(0, listed.length));
    expect(listed.length + tried.length + notListed).toBe(count + 1);
    if (count < 50) expect(notListed).toBe(0);
  }
});
