import type { Finding } from '@earshot/model';
import { type Eras, type ErasExplanation, type ExplainNode, explainFinding, type RuleSet } from '@earshot/rules';
import type { Recorded } from './recorded.js';

/** As much of a finding as its explanation is held against. */
export type AskedFinding = Pick<Finding, 'id' | 'ruleId' | 'anchor' | 'ruleSetHash' | 'evidence'>;

/**
 * Why a finding stands, or what keeps us from saying it.
 * - `compiling`: its rules are being read; ask again.
 * - `unknown`: `rule-set`: what stood in it is gone; `words`: the words are; `differs`: what is left gives another
 *   verdict than the one that was passed, so a tree over it would be wrong.
 */
export type Why =
  | {
      state: 'explained';
      tree: ExplainNode;
      ruleSetHash: string;
      /** False: it was taken back, and the tree says by what. */
      stands: boolean;
      extent: Recorded['extent'];
      /** The rule came or went while the conversation ran, epoch ms. */
      fromMs?: number;
      untilMs?: number;
    }
  | { state: 'compiling' }
  | { state: 'unknown'; why: 'rule-set' | 'words' | 'differs'; ruleSetHash: string };

export interface WhyDeps {
  /** `compiling`: known, and not ready yet. */
  ruleSet(hash: string): RuleSet | 'compiling' | undefined;
  latenessMs: number;
  language: 'zh' | 'en';
}

/** Pure. A tree is given only over a record that gives the very finding, or that is whole and has taken it back. */
export function whyOf(
  recorded: Recorded | undefined,
  asked: AskedFinding,
  takenBack: boolean,
  { ruleSet, latenessMs, language }: WhyDeps,
): Why {
  const { ruleSetHash } = asked;
  const unknown = (why: 'rule-set' | 'words' | 'differs', hash = ruleSetHash): Why => ({
    state: 'unknown',
    why,
    ruleSetHash: hash,
  });
  if (ruleSet(ruleSetHash) === undefined) return unknown('rule-set');
  if (!recorded) return unknown('words');
  const { record, followed, extent } = recorded;
  const met = [{ hash: followed.ruleSet?.hash ?? ruleSetHash, fromMs: 0 }, ...followed.laterEras];
  const sets = met.map(({ hash, fromMs }) => ({ hash, fromMs, ruleSet: ruleSet(hash) }));
  const lost = sets.find((one) => one.ruleSet === undefined);
  if (lost) return unknown('rule-set', lost.hash);
  const eras = sets.flatMap(({ fromMs, ruleSet: known }) =>
    typeof known === 'object' ? [{ fromMs, ruleSet: known }] : [],
  );
  const [first, ...later] = eras;
  if (!first || eras.length < sets.length) return { state: 'compiling' };
  const explained = explainFinding([first, ...later] satisfies Eras, record, { latenessMs, language }, asked);
  if (!explained) return unknown('differs');
  const now = explained.findings.find((finding) => finding.id === asked.id);
  const agrees = now ? extent === 'whole' || sameEvidence(now, asked) : takenBack && extent === 'whole';
  return agrees ? toAnswer(explained, ruleSetHash, now !== undefined, extent) : unknown('differs');
}

function toAnswer(
  { tree, fromMs, untilMs }: ErasExplanation,
  ruleSetHash: string,
  stands: boolean,
  extent: Recorded['extent'],
): Why {
  return {
    state: 'explained',
    tree,
    ruleSetHash,
    stands,
    extent,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

function sameEvidence(a: Pick<Finding, 'evidence'>, b: Pick<Finding, 'evidence'>): boolean {
  const places = ({ evidence }: Pick<Finding, 'evidence'>) =>
    JSON.stringify(evidence.map(({ leg, segment, revision, spans }) => [leg, segment, revision, spans]));
  return places(a) === places(b);
}
