import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import type { AlertRecord, CaseFact, ConversationFact } from '@earshot/model';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { parse } from 'yaml';
import { type Cluster, startCluster } from '../support/cluster.js';
import { eachRecord, readEnds } from '../support/operator.js';
import { type Instance, type Product, startProduct } from '../support/product.js';
import { type Compared, type Outcome, OutcomeReader } from './outcome.js';

type At = Pick<Instance, 'consoleUrl' | 'adminToken'>;

export const SAME_RULES = fileURLToPath(new URL('rules/', import.meta.url));
const SCENARIO_RULES = fileURLToPath(new URL('../scenarios/rules/', import.meta.url));

/** Longer than any deadline of these rules and the lateness behind it: who is quiet for this long has decided. */
const QUIET_MS = 8_000;
const SETTLED_WITHIN_MS = 600_000;
const TOPICS = ['conversations', 'cases', 'alerts'] as const;

/** The rules of the scenarios and one of each operator, beside the shipped ones. */
export function putRules(dataDir: string): void {
  const to = join(dataDir, 'rules');
  mkdirSync(to, { recursive: true });
  for (const folder of [SAME_RULES, SCENARIO_RULES]) cpSync(folder, to, { recursive: true });
}

/** In the language of the clusters: prompts are part of what is compared. */
export function startAlone(scope: Scope, dataDir: string): Promise<Product> {
  return startProduct(scope, { dataDir, args: ['--no-demo', '--no-analysis', '--lang', 'en'] });
}

export function startSpread(scope: Scope, dataDir: string, engines: number): Promise<Cluster> {
  return startCluster(scope, ['--replicas', `rule-engine=${engines}`, '--no-analysis'], { dataDir });
}

/** What is left out of the comparison, and why, for scenarios and for generated talk. */
export function comparedRules(): Record<'scenarios' | 'talks', Pick<Compared, 'notCompared' | 'timed'>> {
  const shipped = loadStarterRulebook();
  const own = Object.fromEntries(
    readdirSync(SAME_RULES).map((name) => [name, readFileSync(SAME_RULES + name, 'utf8')]),
  );
  const history = having(shipped, ['history']);
  return {
    scenarios: { notCompared: history },
    talks: {
      // Where talk breaks off without an end, a long deadline passes long after the run.
      notCompared: new Set([...history, ...having(shipped, ['missing'])]),
      timed: having({ ...shipped, ...own }, ['missing', 'sentiment']),
    },
  };
}

function having(files: Record<string, string>, words: readonly string[]): Set<string> {
  const rules = Object.values(files).flatMap(
    (text) => (parse(text) as { rules: { id: string; when: unknown }[] }).rules,
  );
  const has = ({ when }: { when: unknown }) => words.some((word) => JSON.stringify(when).includes(`"${word}":`));
  return new Set(rules.filter(has).map(({ id }) => id));
}

/** Resolves once nothing more is said on the log: every word is judged, and every deadline has passed. */
export async function settled(product: At): Promise<void> {
  const endMs = performance.now() + SETTLED_WITHIN_MS;
  let before = '';
  for (let quietSinceMs = performance.now(); performance.now() - quietSinceMs < QUIET_MS; ) {
    if (performance.now() > endMs) throw new Error(`the log was never quiet in ${SETTLED_WITHIN_MS} ms`);
    const ends = JSON.stringify(await Promise.all(TOPICS.map((topic) => readEnds(product, topic))));
    if (ends !== before) quietSinceMs = performance.now();
    before = ends;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** What stands in the end, from the log. */
export async function readOutcome(product: At, compared: Compared): Promise<Outcome> {
  const reader = new OutcomeReader(compared);
  await eachRecord(product, 'cases', ({ value }) => reader.case(value as CaseFact));
  await eachRecord(product, 'alerts', ({ value }) => reader.alert(value as AlertRecord));
  return reader.outcome();
}

/** Nodes that have had a partition of a service: `rule-engine-2`; of one process, its owner's name. */
export async function ownersOf(product: At, service: string): Promise<Set<string>> {
  const owners = new Set<string>();
  await eachRecord(product, 'conversations', ({ value }) => {
    const { body } = value as ConversationFact;
    if (body.kind === 'takeover' && body.service === service)
      owners.add(/^[a-z-]+-\d+/.exec(body.owner)?.[0] ?? body.owner);
  });
  return owners;
}
