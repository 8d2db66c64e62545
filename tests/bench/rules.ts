import { parseArgs } from 'node:util';
import type { RuleSet } from '@earshot/rules';
import { Chance } from '@earshot/testkit';
import { ConversationJudge, compileRules } from './baseline/judge.js';
import { readTexts } from './lib/corpus.js';
import { type Measured, measure, ratio, round, type Side, spread } from './lib/measure.js';
import { OurConversation } from './lib/ours.js';
import { type Detect, jsonRulesEngine, PeerConversation, zenEngine } from './lib/peers.js';
import type { Hit, PlainRule, Said } from './lib/plain.js';
import { atLeast, atMost, print, type Target } from './lib/report.js';
import { requireSame } from './lib/same.js';
import { conversations } from './lib/talk.js';
import { compile, writeRules } from './lib/write-rules.js';

/** Rules with windows, order and exceptions: our engine against rule engines from npm, and against itself with more rules. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    conversations: { type: 'string', default: '400' },
    /** Of these, how many the slow ones judge. */
    few: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const TURNS = 25;
const MOST = 10_000;
const rounds = Number(values.rounds);
const chance = new Chance(Number(values.seed));
const texts = readTexts(chance);
const rules = writeRules(chance, texts, MOST);
// Only rules that every set holds are spoken of, so that all sets find as much, by chance hits.
const spoken = rules.slice(0, 100);
const talk = conversations(chance, { count: Number(values.conversations), turns: TURNS, texts, spoken, share: 0.08 });
const few = talk.slice(0, Number(values.few));

const targets: Target[] = [];
const notes = [
  'A finding of ours has its evidence with places in the text; the peers answer with names. The peers keep neither windows nor order: ' +
    'around them stand those of the baseline, and their texts are normalised for them. Deadlines and taking back, which none has, are not in it.',
];
const tables = [await againstPeers(rules.slice(0, 1_000)), await growth()];
print({ bench: 'rules', asked: { ...values, turns: TURNS }, tables, targets, notes }, values.json);

async function againstPeers(of: readonly PlainRule[]) {
  const ruleSet = compile(of);
  const peers: [string, Detect | undefined][] = [
    ['json-rules-engine', jsonRulesEngine(of)],
    ['zen-engine', zenEngine(of)],
  ];
  const named = new Map(of.map((rule) => [rule.id, rule]));
  const compiled = compileRules(of);
  const byLoop = (said: readonly Said[]) => {
    const judge = new ConversationJudge();
    return said.flatMap((one) => judge.hear(compiled, one));
  };
  const found = requireSame(
    ['ours', talk.flatMap((said) => names(said, ourHits(ruleSet, said)))],
    ['the loop of the baseline', talk.flatMap((said) => names(said, byLoop(said)))],
  );
  const hear = async (detect: Detect, said: readonly Said[]) => {
    const conversation = new PeerConversation(named, detect);
    const hits: Hit[] = [];
    for (const one of said) hits.push(...(await conversation.hear(one)));
    return names(said, hits);
  };
  const sides: Side[] = [side('ours', ruleSet), { name: 'loop of RegExps', pass: () => count(talk.map(byLoop), talk) }];
  for (const [name, detect] of peers) {
    if (!detect) {
      notes.push(`${name}: NOT MEASURED, its native part is not installed for this platform.`);
      continue;
    }
    const theirs = (await Promise.all(few.map((said) => hear(detect, said)))).flat();
    requireSame(['ours', few.flatMap((said) => names(said, ourHits(ruleSet, said)))], [name, theirs]);
    const pass = async () => {
      for (const said of few) await hear(detect, said);
      return few.length * TURNS;
    };
    sides.push({ name, pass });
  }
  const measured = await measure(sides, rounds);
  const [ours] = measured as [Measured];
  const wanted: Record<string, number> = { 'json-rules-engine': 1_000, 'zen-engine': 200 };
  for (const one of measured) {
    const least = wanted[one.name];
    if (least) targets.push(atLeast(`1,000 rules: ${one.name} / ours`, least, ratio(ours, one)));
  }
  const rows = measured.map((one) => ({ engine: one.name, cost: spread(one), 'x ours': round(ratio(ours, one)) }));
  return { title: `1,000 rules, ns an utterance; the same ${found} findings on all sides`, rows };
}

async function growth() {
  const sizes = [100, 1_000, MOST];
  const measured = await measure(
    sizes.map((size) => side(String(size), compile(rules.slice(0, size)))),
    rounds,
  );
  const [least, , most] = measured as [Measured, Measured, Measured];
  targets.push(atMost('cost an utterance, 10,000 rules / 100 rules', 2, ratio(least, most)));
  const rows = measured.map((one) => ({ rules: one.name, cost: spread(one), 'x 100 rules': round(ratio(least, one)) }));
  return { title: 'Ours with more rules, ns an utterance; only words of the first 100 are said', rows };
}

function side(name: string, ruleSet: RuleSet) {
  const pass = () => {
    for (const said of talk) {
      const conversation = new OurConversation(ruleSet, said[0]?.conversation ?? '');
      for (const one of said) conversation.hear(one);
    }
    return talk.length * TURNS;
  };
  return { name, pass };
}

function ourHits(ruleSet: RuleSet, said: readonly Said[]): Hit[] {
  const conversation = new OurConversation(ruleSet, said[0]?.conversation ?? '');
  for (const one of said) conversation.hear(one);
  return conversation.hits();
}

function names(said: readonly Said[], hits: readonly Hit[]): string[] {
  return hits.map(({ rule, anchor }) => `${said[0]?.conversation} ${rule} ${anchor}`);
}

function count(_hits: unknown, of: readonly (readonly Said[])[]): number {
  return of.reduce((sum, said) => sum + said.length, 0);
}
