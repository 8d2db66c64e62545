import type { Finding } from '@earshot/model';
import type { compileRuleSet, createJudge, judgeRecord } from '@earshot/rules';
import { Chance, judgeNaively, type PlainFinding, recordOf, simplify, writeTalk } from '@earshot/testkit';
import { withFeelings, withScores } from './feelings.js';
import { LATENESS_MS, LINGER_MS, playStream } from './stream.js';
import { asFile, writeRules } from './write-rules.js';

/** The rule engine under test: the real one, or one with a mistake in it. */
export interface Engine {
  compileRuleSet: typeof compileRuleSet;
  createJudge: typeof createJudge;
  judgeRecord: typeof judgeRecord;
}

const START_MS = 1_700_000_000_000;

/** Rules and talk of one seed, judged three ways. Undefined: all agree; else what differs, in one line. */
export function disagreement(seed: number, engine: Engine): string | undefined {
  const chance = new Chance(seed);
  const written = writeRules(chance);
  // Numbers of their own: the talk and the rules of the other seeds stay what they were.
  const moods = new Chance(seed + 1_000_003);
  const moody = moods.chance(0.35);
  const rules = moody ? withFeelings(written, moods) : written;
  const compiled = engine.compileRuleSet(asFile(rules));
  if (!compiled.ok) return `seed ${seed}: ${compiled.faults[0]?.path} ${compiled.faults[0]?.message}`;
  const { ruleSet } = compiled;
  const talk = writeTalk(chance, { conversationId: `c${seed}`, startMs: START_MS, ruleSetHash: ruleSet.hash });
  const arrivals = moody ? withScores(talk, moods) : talk;
  // What a late score should have decided midway is decided again at the end.
  const looks = moody ? 0.4 : undefined;
  for (const { findings, logged, closed } of playStream(ruleSet, engine.createJudge, arrivals, chance, looks)) {
    const record = recordOf(logged, { lingerMs: LINGER_MS, closed });
    const want = digest(judgeNaively(rules, record, { latenessMs: LATENESS_MS, simplify }));
    const batch = digest(plain(engine.judgeRecord(ruleSet, record, { latenessMs: LATENESS_MS })));
    if (batch !== want) return `seed ${seed}: batch ${batch}, reference ${want}, rules ${JSON.stringify(rules)}`;
    const stream = digest(plain(findings));
    if (stream !== want)
      return `seed ${seed}${closed ? '' : ', midway'}: stream ${stream}, reference ${want}, rules ${JSON.stringify(rules)}`;
  }
  return undefined;
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
