import { utteranceAnchor } from '@earshot/model';
import type { PlainFeeling } from './types.js';
import { type Reading, readingsOf, rolesOf, type Sight, stands } from './utterances.js';

/** Whether the scores of the window say so, in thousandths; undefined: one of them is not known, or turns are wanting. */
export function feelsIt(sight: Sight, node: PlainFeeling, reading: Reading): boolean | undefined {
  const { of, atLeast, below, risesBy, overTurns = 1 } = node.sentiment;
  const heard = rolesOf(sight.rule);
  const roles = node.roles ?? (heard.includes('customer') ? ['customer'] : heard);
  const { said } = reading;
  if (!roles.includes(said.role) || !stands(sight, node.scope ?? sight.rule.scope, roles, said)) return false;
  const those = sight.said.filter((one) => roles.includes(one.role));
  const upTo = those.slice(0, those.indexOf(said) + 1).slice(-overTurns);
  const scores = upTo.map((one) => {
    const revision = one === said ? reading.revision : readingsOf(one).at(-1)?.revision;
    const known = (sight.record.scores?.get(utteranceAnchor(one.leg, one.segment)) ?? [])
      .filter((score) => score.revision === revision)
      .sort((a, b) => (a.model < b.model ? 1 : -1));
    return known[0] && Math.round(known[0].scores[of] * 1000);
  });
  if (scores.length < overTurns) return undefined;
  const sure = scores.filter((score) => score !== undefined);
  if (sure.length < scores.length) return undefined;
  if (risesBy !== undefined) return risesByAtLeast(sure, Math.round(risesBy * 1000));
  const total = sure.reduce((sum, score) => sum + score, 0);
  if (below !== undefined) return total < Math.round(below * 1000) * sure.length;
  return total >= Math.round((atLeast ?? 0) * 1000) * sure.length;
}

/** The textbook's least squares over the points (0, y), (1, y) …, in whole numbers: slope = over / under. */
function risesByAtLeast(ys: readonly number[], least: number): boolean {
  const n = ys.length;
  const sum = (of: (y: number, x: number) => number) => ys.reduce((all, y, x) => all + of(y, x), 0);
  const over = n * sum((y, x) => x * y) - sum((_, x) => x) * sum((y) => y);
  const under = n * sum((_, x) => x * x) - sum((_, x) => x) ** 2;
  return over * (n - 1) >= least * under;
}
