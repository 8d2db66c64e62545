// Prints what the shipped rules and the five-word rule say of the conversations in tests/corpora; `--json`: as JSON.
import { customerWords, fiveWords, heldOut, ordinaryTalk, readSet, SETS } from '../tests/corpora/sets.mjs';
import { setUp } from './setup.mjs';

/** @typedef {import('../tests/corpora/sets.mjs').SetName} SetName */

await setUp({ lang: 'en', quiet: true });
const { loadStarterRulebook, measureCorpus } = await import('../packages/rulebooks/dist/index.js');
const { compileRuleSet } = await import('../packages/rules/dist/index.js');

const names = /** @type {SetName[]} */ (Object.keys(SETS));
const report = Object.entries({ shipped: loadStarterRulebook(), 'five words': fiveWords() }).map(([rules, files]) => {
  const compiled = compileRuleSet(files);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  const sets = names.map((name) => ({ set: SETS[name].title, ...measureCorpus(readSet(name), compiled.ruleSet) }));
  const [hits, falseHits] = [sets[names.indexOf('fraud')], sets[names.indexOf('ordinary')]];
  const alerted = hits.alertedConversations.length;
  const precision = alerted / (alerted + falseHits.alertedConversations.length);
  return { rules, recall: alerted / hits.conversations, precision, sets, heard: heard(compiled.ruleSet) };
});

if (process.argv.includes('--json')) console.log(JSON.stringify(report, undefined, 2));
else for (const line of [...table(), '', ...heardTable()]) console.log(line);

function table() {
  const rows = report.flatMap(({ rules, sets }) =>
    sets.map((one) => [
      rules,
      one.set,
      `${one.conversations}, ${one.turns}`,
      share(one.alertedConversations.length, one.conversations),
      share(one.interruptedConversations.length, one.conversations),
      `${one.alertsPerThousandTurns.toFixed(2)} / ${one.interruptionsPerThousandTurns.toFixed(2)}`,
    ]),
  );
  const head = [
    'rules',
    'set',
    'conversations, turns',
    'alerted',
    'interrupted',
    'alerts / interruptions per 1,000 turns',
  ];
  const summary = report.map(
    ({ rules, recall, precision }) =>
      `Fraud calls, ${rules}: recall ${recall.toFixed(2)} at precision ${precision.toFixed(2)}`,
  );
  return [...markdown([head, ...rows]), '', ...summary];
}

/**
 * Either half of the fraud calls and all ordinary talk, with both sides and with the customer alone.
 * @param {import('../packages/rules/dist/index.js').RuleSet} ruleSet
 */
function heard(ruleSet) {
  const fraud = readSet('fraud');
  const talk = {
    'fraud, half that was read': fraud.filter((call) => !heldOut(call)),
    'fraud, half held out': fraud.filter(heldOut),
    'ordinary calls, CrossWOZ, STAR without fraud reports': ordinaryTalk(),
  };
  return Object.entries(talk).map(([conversations, all]) => ({
    conversations,
    eitherSide: measureCorpus(all, ruleSet),
    customerOnly: measureCorpus(customerWords(all), ruleSet),
  }));
}

function heardTable() {
  const head = [
    'rules',
    'conversations',
    'alerted: either side',
    'customer only',
    'interrupting alerts per 1,000 conversations: either side',
    'customer only',
  ];
  const rows = report.flatMap(({ rules, heard }) =>
    heard.map(({ conversations, eitherSide, customerOnly }) => [
      rules,
      `${conversations} (${eitherSide.conversations})`,
      ...[eitherSide, customerOnly].map((one) => share(one.alertedConversations.length, one.conversations)),
      ...[eitherSide, customerOnly].map((one) => ((1000 * one.interruptions) / one.conversations).toFixed(2)),
    ]),
  );
  return markdown([head, ...rows]);
}

/** @param {string[][]} rows the first is the head */
function markdown([head, ...rows]) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** @param {number} count @param {number} of */
function share(count, of) {
  return `${count} (${((100 * count) / of).toFixed(1)} %)`;
}
