import { createRequire } from 'node:module';
import { Engine } from 'json-rules-engine';
import { ConversationJudge, normalise } from '../baseline/judge.js';
import type { Hit, PlainRule, Said, Says } from './plain.js';

/** What one utterance says, by a peer; windows and order are kept around it, as none of the peers keeps them. */
export type Detect = (role: Said['role'], text: string) => Promise<Atoms>;
interface Atoms {
  says: readonly string[];
  answers: readonly string[];
}

/** `says` of each rule and of its answer as one peer rule each: speaker and any of the phrases and none of those. */
interface Atom {
  name: string;
  says: Says;
}

function atomsOf(rules: readonly PlainRule[]): Atom[] {
  return rules.flatMap(({ id, says, then }) => [
    { name: `says ${id}`, says },
    ...(then ? [{ name: `answers ${id}`, says: then.says }] : []),
  ]);
}

function sorted(names: readonly string[]): Atoms {
  const of = (kind: string) => names.flatMap((name) => (name.startsWith(kind) ? [name.slice(kind.length)] : []));
  return { says: of('says '), answers: of('answers ') };
}

export function jsonRulesEngine(rules: readonly PlainRule[]): Detect {
  const engine = new Engine();
  engine.addOperator('includes', (text: string, phrase: string) => text.includes(phrase));
  const includes = (value: string) => ({ fact: 'text', operator: 'includes', value });
  for (const { name, says } of atomsOf(rules)) {
    const all = [
      { fact: 'role', operator: 'equal', value: says.role },
      { any: says.any.map(includes) },
      ...(says.none ? [{ not: { any: says.none.map(includes) } }] : []),
    ];
    engine.addRule({ conditions: { all }, event: { type: name } });
  }
  return async (role, text) => {
    const { events } = await engine.run({ role, text });
    return sorted(events.map(({ type }) => type));
  };
}

interface Zen {
  ZenEngine: new () => {
    createDecision(content: object): { evaluate(context: object): Promise<{ result: { name: string }[] }> };
  };
}

/** Undefined where its native part is not installed: it exists for some platforms only. */
export function zenEngine(rules: readonly PlainRule[]): Detect | undefined {
  let zen: Zen;
  try {
    zen = createRequire(import.meta.url)('@gorules/zen-engine') as Zen;
  } catch {
    return undefined;
  }
  const literal = (text: string) => JSON.stringify(text);
  const anyOf = (list: readonly string[]) => list.map((one) => `contains($, ${literal(one)})`).join(' or ');
  const rows = atomsOf(rules).map(({ name, says }, i) => ({
    _id: String(i),
    role: literal(says.role),
    text: anyOf(says.any),
    // A column of its own: cells take no parentheses, and one that cannot be read counts as false without a word.
    without: (says.none ?? []).map((one) => `not contains($, ${literal(one)})`).join(' and '),
    name: literal(name),
  }));
  const field = (id: string, of = id) => ({ id, name: id, field: of });
  const table = {
    hitPolicy: 'collect',
    inputs: [field('role'), field('text'), field('without', 'text')],
    outputs: [field('name')],
    rules: rows,
  };
  const position = { x: 0, y: 0 };
  const decision = new zen.ZenEngine().createDecision({
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', position },
      { id: 'table', type: 'decisionTableNode', name: 'table', position, content: table },
      { id: 'out', type: 'outputNode', name: 'out', position },
    ],
    edges: [
      { id: 'to-table', type: 'edge', sourceId: 'in', targetId: 'table' },
      { id: 'to-out', type: 'edge', sourceId: 'table', targetId: 'out' },
    ],
  });
  return async (role, text) => sorted((await decision.evaluate({ role, text })).result.map(({ name }) => name));
}

/** A peer with the baseline's windows and order around it. */
export class PeerConversation {
  private readonly judge = new ConversationJudge();

  constructor(
    private readonly rules: ReadonlyMap<string, PlainRule>,
    private readonly detect: Detect,
  ) {}

  async hear(said: Said): Promise<Hit[]> {
    const { says, answers } = await this.detect(said.role, normalise(said.text));
    const hits: Hit[] = [];
    for (const id of answers) this.judge.answer(this.rules.get(id) as PlainRule, said, hits);
    for (const id of says) this.judge.said(this.rules.get(id) as PlainRule, said, hits);
    return hits;
  }
}
