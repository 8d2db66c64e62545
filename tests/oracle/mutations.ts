/** A mistake in the rule engine: the line as it stands, and as it might wrongly stand. */
export interface Mutation {
  /** Below `packages/rules/src`. */
  file: string;
  right: string;
  wrong: string;
}

const satisfy = (right: string, wrong: string): Mutation => ({ file: 'judge/satisfy.ts', right, wrong });
const evaluate = (right: string, wrong: string): Mutation => ({ file: 'judge/evaluate.ts', right, wrong });
const verdict = (right: string, wrong: string): Mutation => ({ file: 'judge/verdict.ts', right, wrong });
const matcher = (right: string, wrong: string): Mutation => ({ file: 'match/matcher.ts', right, wrong });
const fold = (right: string, wrong: string): Mutation => ({ file: 'match/fold.ts', right, wrong });
const heard = (right: string, wrong: string): Mutation => ({ file: 'judge/heard.ts', right, wrong });
const floor = (right: string, wrong: string): Mutation => ({ file: 'judge/floor.ts', right, wrong });
const feels = (right: string, wrong: string): Mutation => ({ file: 'judge/feels.ts', right, wrong });
const eras = (right: string, wrong: string): Mutation => ({ file: 'judge/eras.ts', right, wrong });
const judge = (right: string, wrong: string): Mutation => ({ file: 'judge/judge.ts', right, wrong });

/** For every operator of the language the mistakes that are easiest made. */
export const MUTATIONS: Record<string, Mutation> = {
  'any asks for all': satisfy('!atom.any.some(', '!atom.any.every('),
  'all asks for one': satisfy('!atom.all.every(', '!atom.all.some('),
  'none is not looked at': satisfy('if (atom.none?.some((phrase) => holds(hits, phrase))) return false;', ''),
  'at least N asks for more than N': satisfy('>= atom.atLeast.count', '> atom.atLeast.count'),
  'roles are not looked at': satisfy('(formula.roles & heard.roleBit) !== 0 && ', ''),
  'the first N are one more': satisfy('< scope.first', '<= scope.first'),
  'the last N are one fewer': satisfy('>= order.length - scope.last', '> order.length - scope.last'),
  'a window begins too late': satisfy('sinceMs >= (scope', 'sinceMs > (scope'),
  'a window ends too late': satisfy('sinceMs < (scope', 'sinceMs <= (scope'),
  'and over one utterance is an or': satisfy('formula.parts.every(', 'formula.parts.some('),
  'or over one utterance is an and': satisfy('formula.parts.some(', 'formula.parts.every('),
  'not over one utterance affirms': satisfy('return !satisfies(', 'return satisfies('),
  'the last hitting partial is the evidence': satisfy('heard.readings.find(', 'heard.readings.findLast('),

  'then takes an answer that stands before': evaluate('first.heard) <= 0) at++', 'first.heard) < 0) at++'),
  'then waits a moment less': evaluate('waitedMs > (condition.withinMs', 'waitedMs >= (condition.withinMs'),
  'then counts one place less': evaluate(
    '> condition.withinUtterances) continue',
    '>= condition.withinUtterances) continue',
  ),
  'then is anchored on the answer': evaluate(
    'hits.push(hitAt(first, [first, next]))',
    'hits.push(hitAt(next, [first, next]))',
  ),
  'count is reached one early': evaluate('i - condition.atLeast + 1', 'i - condition.atLeast + 2'),
  'count is anchored where it is reached': evaluate('hitAt(spoken[runStart] as Spoken', 'hitAt(spoken[from] as Spoken'),
  'a run finds again and again': evaluate('    done = true;\n', ''),
  'a run does not break at a gap': evaluate('      runStart = i;\n', ''),
  'a window of seconds excludes its edge': evaluate(
    '> (limits.withinMs ?? Infinity)',
    '>= (limits.withinMs ?? Infinity)',
  ),
  'a window of utterances is one wider': evaluate('< limits.withinUtterances', '<= limits.withinUtterances'),
  'a deadline does not take an answer at its moment': evaluate(
    'answer.heard.startMs <= dueMs',
    'answer.heard.startMs < dueMs',
  ),
  'the end does not decide a deadline of its moment': evaluate('dueMs <= facts.endedAtMs', 'dueMs < facts.endedAtMs'),
  'lateness is not waited for': evaluate('decidedMs <= facts.nowMs', 'dueMs <= facts.nowMs'),
  'what sets a deadline answers it': evaluate('setter.heard) <= 0) at++', 'setter.heard) < 0) at++'),
  'a deadline counts from the beginning of the words': evaluate(
    'decide(setter.reading.endMs +',
    'decide(setter.heard.startMs +',
  ),
  'once rests on the last hit': evaluate('compareHits(hit, first) < 0', 'compareHits(hit, first) > 0'),
  'once is anchored on the utterance': evaluate('    anchor: CONVERSATION,\n', '    anchor: first.anchor,\n'),
  'or keeps the later of two': evaluate('if (!hits.has(hit.anchor)) hits.set', 'hits.set'),
  'and over the conversation is content with one': evaluate(
    'if (!parts.every((part) => part.holds))',
    'if (!parts.some((part) => part.holds))',
  ),
  'and loses the evidence behind': evaluate('[...hit.evidence, ...behind]', 'hit.evidence'),
  'not over the conversation affirms': evaluate('holds: !inner.holds', 'holds: inner.holds'),

  'sentiment: the score of any role counts': satisfy('(heard.roleBit & formula.roles) === 0 || ', ''),
  'sentiment: undecided counts as true': satisfy('reading) ?? unknown', 'reading) ?? true'),
  'sentiment: the opposite of undecided is true': satisfy('around, !unknown)', 'around, unknown)'),
  'sentiment: a window is one wider': satisfy('place + 1 - atom.turns', 'place - atom.turns'),
  'sentiment: a window ends before the utterance': satisfy('atom.turns), place + 1)', 'atom.turns), place)'),
  'sentiment: fewer turns are enough': feels('if (turns.length < feeling.turns) return undefined;', ''),
  'sentiment: an unknown turn is left out': feels(
    'if (!read?.scores) return undefined;',
    'if (!read?.scores) continue;',
  ),
  'sentiment: an open turn counts by its first revision': feels('heard.readings.at(-1)', 'heard.readings[0]'),
  'sentiment: a level must be passed': feels('sum >= value', 'sum > value'),
  'sentiment: below is at most': feels('sum < value', 'sum <= value'),
  'sentiment: a rise must be passed': feels('6 * weighed >=', '6 * weighed >'),
  'sentiment: a rise is one per turn': feels('count * (count + 1)', 'count * (count * count - 1)'),
  'sentiment: a late score decides nothing': heard('a.scores === b.scores', 'true'),
  'sentiment: a late score decides its own utterance alone': judge('rule?.windowed || ', ''),

  'a hit excuses itself': verdict('if (at && at.heard === excuse.heard) return false;', ''),
  'an excuse after it comes a moment too soon': verdict('sinceMs > (afterMs', 'sinceMs >= (afterMs'),
  'an excuse after it is counted one place less': verdict('places <= (afterUtterances', 'places < (afterUtterances'),
  'an excuse before it comes a moment too soon': verdict('> (beforeMs ?? Infinity)', '>= (beforeMs ?? Infinity)'),
  'an excuse before it is counted one place less': verdict('<= (beforeUtterances', '< (beforeUtterances'),
  'an excuse without limits excuses nothing': verdict(
    'if (!looksBefore && !looksAfter) return true;',
    'if (!looksBefore && !looksAfter) return false;',
  ),
  'a side without limits excuses': verdict('if (!looksAfter) return false;', ''),
  'rules of a queue run everywhere': verdict(
    "if (only?.queues && !names(only.queues, facts.queue)) return 'other-queue';",
    '',
  ),
  'rules of a channel run everywhere': verdict(
    "if (only?.channels && !only.channels.includes(facts.channel)) return 'other-channel';",
    '',
  ),
  'start-bound rules run in a resumed talk': verdict("if (rule.startBound && facts.resumed) return 'resumed';", ''),
  'end-bound rules run before the end': verdict(
    "if (rule.endBound && facts.endedAtMs === undefined) return 'not-ended';",
    '',
  ),
  'the words of a finding are its first': verdict(
    '(last && comesBefore(spoken, last) ? last : spoken)',
    '(last ?? spoken)',
  ),
  'an open utterance is taken for a final': verdict('hit.evidence.some((spoken) => spoken.heard.open)', 'false'),
  'spans of other revisions are mixed in': verdict('if (one.reading !== entry.first.reading) continue;', ''),

  'a withdrawn utterance still counts': heard(
    'if (!said || said.withdrawn) return undefined;',
    'if (!said) return undefined;',
  ),
  'of an open utterance only the last revision is read': heard(
    'open && said.openRevisions.length > 0',
    'open && said.openRevisions.length > 99',
  ),
  'utterances stand in the order of their legs': heard('return a.startMs - b.startMs || (a.leg', 'return (a.leg'),
  'partials count for rules on finals': floor('(rule.partial || !heard.open)', 'true'),

  'three separators are skipped': matcher('MAX_GAP_UNITS = 2', 'MAX_GAP_UNITS = 3'),
  'a sentence end is skipped': matcher(
    'if (code === SENTENCE_END) {\n        state = 0;',
    'if (code === SENTENCE_END) {',
  ),
  'a clause mark is skipped': matcher(
    '(place === FREE || place === INSIDE_WORD)) return false;',
    'false) return false;',
  ),
  'a joined phrase may be apart': matcher('else if (gap !== 0 && place === JOINED) return false;', ''),
  'half a spelled word is one': matcher('if (solid && spelled) return false;', ''),
  'two words may stand together': matcher('if (gap === 0) return false;', ''),
  'a word within a word is found': matcher('this.wordLetterAt(text, start - 1, -1)', 'false'),
  'the beginning of a word is found': matcher(
    'return !(isWordLetter(letters.at(-1) as number) && this.wordLetterAt(text, end, 1));',
    'return true;',
  ),
  'a masked token is read': matcher('MASKED_TOKEN.test(text) ? MASKED_TOKEN.lastIndex : -1', '-1'),
  'a full stop before a space is skipped': matcher("|| (text[at] === '.' && isBlank(text.charCodeAt(i)))", ''),
  'a grown text is read on in the middle': matcher(
    'whole && text.slice(0, mark.same) === earlierText.slice(0, mark.same)',
    'whole',
  ),
  'capitals are others': fold('wide.toLowerCase() : char.toLowerCase()', 'wide : char'),
  'full width is another': fold("char.normalize('NFKC');\n  const narrow", 'char;\n  const narrow'),
  'traditional characters are others': fold('i < SIMPLIFIED_PAIRS.length', 'i < 0'),
  'what is not seen separates': fold('if (APOSTROPHES.includes(char) || IGNORABLE.test(char)) return ABSENT;', ''),
  'old words meet new rules': eras('eraOf(one) >= era', 'true'),
  'a rule that came later runs from the start': eras('resumed: { value: true }', ''),
  'a window begins anew although its rule stays': eras('if (keys[era - 1]?.get(id) === key) continue;', ''),
  'what a rule found goes with it': eras('if (!next) return true;', 'if (next) return false;'),
  'a rule that is gone goes on finding': eras('eraOf(said) <= last', 'true'),
  'a rule that is gone goes on waiting': eras('if (timed && finding.wordsAtMs > next.fromMs) return false;', ''),
  'later rules miss what changes under them': eras('eraOf(utterance) + 1', '1'),
  'more history is asked for than said': evaluate('(counted ?? 0) >= atLeast', '(counted ?? 0) > atLeast'),
  'any topic is the one that is meant': evaluate("(of === 'topic' && subject.id !== name)", 'false'),
  "an agent's findings are counted whatever their tag": evaluate("of === 'agent' && name !== undefined", 'false'),
  'the last to be known decides since when': evaluate('Math.min(knownMs ?? atMs, atMs)', 'atMs'),
  'what becomes known changes nothing': judge(
    'if (before.history !== record.history) this.markAll(historicRules);',
    '',
  ),
};
