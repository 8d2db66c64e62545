import type { ConversationRecord, Finding } from '@earshot/model';
import type { compileRuleSet, createErasJudge, Eras, judgeRecord, RuleSet } from '@earshot/rules';
import {
  Chance,
  erasOf,
  judgeErasNaively,
  type Logged,
  type PlainFinding,
  type PlainRule,
  recordOf,
  simplify,
  writeTalk,
} from '@earshot/testkit';
import { withFeelings, withScores } from './feelings.js';
import { withAnswers, withHistory } from './known.js';
import { nextRules, stamped } from './moves.js';
import { LATENESS_MS, LINGER_MS, playStream } from './stream.js';
import { asFile, writeRules } from './write-rules.js';

/** The rule engine under test: the real one, or one with a mistake in it. */
export interface Engine {
  compileRuleSet: typeof compileRuleSet;
  createErasJudge: typeof createErasJudge;
  judgeRecord: typeof judgeRecord;
}

/** A rule set in both of its forms. */
interface Published {
  rules: PlainRule[];
  ruleSet: RuleSet;
}

const START_MS = 1_700_000_000_000;

/** Rules and talk of one seed, judged three ways. Undefined: all agree; else what differs, in one line. */
export function disagreement(seed: number, engine: Engine): string | undefined {
  const chance = new Chance(seed);
  const written = writeRules(chance);
  // Numbers of their own: the talk and the rules of the other seeds stay what they were.
  const moods = new Chance(seed + 1_000_003);
  const moves = new Chance(seed + 2_000_003);
  const contacts = new Chance(seed + 3_000_003);
  const moody = moods.chance(0.35);
  const counted = contacts.chance(0.3);
  const felt = moody ? withFeelings(written, moods) : written;
  const first = counted ? withHistory(felt, contacts) : felt;
  const all = [first];
  for (let i = 1; i < 3 && moves.chance(0.3); i++) all.push(nextRules(all.at(-1) ?? first, moves, `n${i}`));
  const sets: Published[] = [];
  for (const rules of all) {
    const compiled = engine.compileRuleSet(asFile(rules));
    if (!compiled.ok) return `seed ${seed}: ${compiled.faults[0]?.path} ${compiled.faults[0]?.message}`;
    sets.push({ rules, ruleSet: compiled.ruleSet });
  }
  const hashes = sets.map(({ ruleSet }) => ruleSet.hash);
  const talk = writeTalk(chance, { conversationId: `c${seed}`, startMs: START_MS, ruleSetHash: hashes[0] ?? '' });
  const told = counted ? withAnswers(talk, contacts) : talk;
  const scored = moody ? withScores(told, moods) : told;
  const arrivals = sets.length > 1 ? stamped(scored, hashes, moves) : scored;
  // What a late score should have decided midway is decided again at the end.
  const looks = moody ? 0.4 : undefined;
  const ruleSets = sets.map(({ ruleSet }) => ruleSet);
  for (const { findings, logged, closed } of playStream(ruleSets, engine.createErasJudge, arrivals, chance, looks)) {
    const { want, batch } = judgedLater(sets, logged, closed, engine);
    const about = () => `rules ${JSON.stringify(sets.map(({ rules }) => rules))}`;
    if (batch !== want) return `seed ${seed}: batch ${batch}, reference ${want}, ${about()}`;
    const stream = digest(plain(findings));
    if (stream !== want)
      return `seed ${seed}${closed ? '' : ', midway'}: stream ${stream}, reference ${want}, ${about()}`;
  }
  return undefined;
}

function judgedLater(sets: readonly Published[], logged: Logged[], closed: boolean, engine: Engine) {
  const record = recordOf(logged, { lingerMs: LINGER_MS, closed });
  const eras = erasOf(logged);
  const setOf = (hash: string) => sets.find(({ ruleSet }) => ruleSet.hash === hash) as Published;
  const want = judgeErasNaively((hash) => setOf(hash).rules, record, eras, { latenessMs: LATENESS_MS, simplify });
  for (const [anchor, utterance] of record.utterances) utterance.era = eras.eraOf.get(anchor) ?? 0;
  const met = eras.hashes.map((hash, i) => ({ ruleSet: setOf(hash).ruleSet, fromMs: eras.fromMs[i] ?? 0 }));
  return { want: digest(want), batch: digest(plain(judged(met, record, engine))) };
}

function judged(eras: { ruleSet: RuleSet; fromMs: number }[], record: ConversationRecord, engine: Engine) {
  const options = { latenessMs: LATENESS_MS };
  const [only] = eras;
  if (only && eras.length === 1) return engine.judgeRecord(only.ruleSet, record, options);
  return engine.createErasJudge(eras as unknown as Eras, record, options).findings();
}

/** What of our findings the reference says too. */
export function plain(findings: readonly Finding[]): PlainFinding[] {
  return findings.map(({ ruleId, anchor, evidence, provisional, wordsAtMs, role, participantId }) => ({
    ruleId,
    anchor,
    evidence: evidence.map(({ leg, segment, revision, spans }) => ({ leg, segment, revision, spans })),
    provisional,
    wordsAtMs,
    ...(role === undefined ? {} : { role }),
    ...(participantId === undefined ? {} : { participantId }),
  }));
}

export function digest(findings: readonly PlainFinding[]): string {
  const line = ({ ruleId, anchor, evidence, provisional, wordsAtMs, role, participantId }: PlainFinding) => {
    const words = evidence.map(
      (one) => `${one.leg}${one.segment}r${one.revision}(${one.spans.map((span) => `${span.start}-${span.end}`)})`,
    );
    return `${ruleId}/${anchor}[${words}]${provisional ? '?' : ''}@${wordsAtMs % 1e7} ${role ?? '-'} ${participantId ?? '-'}`;
  };
  return findings.map(line).sort().join(' | ');
}
