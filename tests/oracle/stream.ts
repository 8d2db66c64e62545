import { PartitionFold } from '@earshot/log/fold';
import { conversationKey, type Finding } from '@earshot/model';
import { engineDefinition } from '@earshot/rule-engine/definition';
import type { MakeJudge, RuleSet } from '@earshot/rules';
import type { Arrival, Chance, Logged } from '@earshot/testkit';
import { decodeCaseFact, decodeConversationFact, encodeConversationFact, TOPICS } from '@earshot/wire';
import { SimLog } from '../simulation/sim-log.js';
import { SimNode } from '../simulation/sim-node.js';
import { nothingMet } from '../simulation/world.js';

export const LATENESS_MS = 1_000;
export const LINGER_MS = 60_000;
/** Longer than any pause in real talk, so that a conversation stays one life. */
const IDLE_MS = 1_800_000;
const STEP_MS = 700;

/** What the stream said of a conversation at some moment, and the log that it knew. */
export interface Moment {
  findings: readonly Finding[];
  logged: Logged[];
  closed: boolean;
}

/** Plays arrivals through the real fold of the rule engine; looks now and then, and once everything is over. */
export function playStream(
  ruleSets: readonly RuleSet[],
  makeJudge: MakeJudge,
  arrivals: readonly Arrival[],
  chance: Chance,
  /** How often it is looked at midway. */
  looks = 0.15,
): Moment[] {
  const log = new SimLog(chance, 0);
  const definition = engineDefinition({
    ruleSet: (hash) => ruleSets.find((one) => one.hash === hash),
    makeJudge,
    counts: () => true,
    controlEpoch: () => 1,
    language: 'zh',
    idleMs: IDLE_MS,
    lingerMs: LINGER_MS,
    lateness: { voiceMs: LATENESS_MS, textMs: LATENESS_MS },
  });
  const kind = { topic: TOPICS.conversations, definition, fold: PartitionFold, maxRefold: 1_000_000 };
  const node = new SimNode('oracle', kind, log, undefined, () => true, nothingMet());
  const moments: Moment[] = [];
  const settle = () => {
    do {
      while (node.step());
      node.tick();
    } while (!node.idle);
  };
  const passTo = (ms: number) => {
    while (log.nowMs < ms) {
      log.nowMs = Math.min(ms, log.nowMs + STEP_MS);
      settle();
    }
  };
  for (const { arriveMs, fact } of arrivals) {
    passTo(arriveMs);
    log.append(TOPICS.conversations, conversationKey(fact.tenant, fact.conversationId), encodeConversationFact(fact));
    settle();
    if (chance.chance(looks)) moments.push(momentOf(log, false));
  }
  while (node.fold.liveCount > 0) passTo(log.nowMs + 10_000);
  moments.push(momentOf(log, true));
  return moments;
}

function momentOf(log: SimLog, closed: boolean): Moment {
  const sets = log.of(TOPICS.cases).flatMap(({ value }) => {
    const { body } = decodeCaseFact(value);
    return body.kind === 'standing' ? [body.set] : [];
  });
  const last = sets.reduce<(typeof sets)[number] | undefined>((a, b) => (a && a.asOf >= b.asOf ? a : b), undefined);
  const logged = log.conversations
    .map(({ value, timestampMs }) => ({ fact: decodeConversationFact(value), logMs: timestampMs }))
    .filter(
      ({ fact }) => fact.body.kind !== 'takeover' && fact.body.kind !== 'checkpoint' && fact.body.kind !== 'closed',
    );
  return { findings: last?.findings ?? [], logged, closed };
}
