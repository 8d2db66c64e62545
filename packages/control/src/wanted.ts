import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePeople } from '@earshot/kit/access';
import type { UrlRules } from '@earshot/kit/egress';
import { parseRoutes } from '@earshot/kit/routes';
import type { ControlView, Log } from '@earshot/log';
import { type ControlContent, EarshotError } from '@earshot/model';
import { compileRuleSet, type RuleSet } from '@earshot/rules';
import type { InForce } from './in-force.js';
import { appendPublication, rulesInvalid } from './publisher.js';

/** What is to be in force, checked before anything is published. */
export interface Wanted {
  tenant: string;
  hash: string;
  content: ControlContent;
}

/** Throws `people-invalid` (exit code 2) with every fault and its place. */
export function wantedPeople(file: string): Wanted {
  const yaml = readGiven(file, 'people-unreadable');
  const parsed = parsePeople(yaml, file);
  if (!parsed.ok) throw faultsError('people-invalid', parsed.faults);
  return { tenant: parsed.people.tenant, hash: sha256(yaml), content: { kind: 'people', yaml } };
}

/** Throws `rules-invalid` (exit code 2) with every fault and its place. */
export function wantedRules(tenant: string, files: Record<string, string>): Wanted & { ruleSet: RuleSet } {
  const compiled = compileRuleSet(files);
  if (!compiled.ok) throw rulesInvalid(compiled.faults);
  const { ruleSet } = compiled;
  return { tenant, hash: ruleSet.hash, content: { kind: 'rule-set', files, appliesToRunning: false }, ruleSet };
}

/** Throws `routes-invalid` (exit code 2) with every fault and its place; `rules` are what the operator allows. */
export function wantedRoutes(tenant: string, file: string, rules: UrlRules): Wanted {
  const yaml = readGiven(file, 'routes-unreadable');
  const parsed = parseRoutes(yaml, file, rules);
  if (!parsed.ok) throw faultsError('routes-invalid', parsed.faults);
  if (parsed.routes.tenant !== tenant) {
    const message = `the tenant must be "${tenant}", as in people.yaml`;
    throw faultsError('routes-invalid', [{ file, line: 1, column: 1, path: 'tenant', message }]);
  }
  return { tenant, hash: sha256(yaml), content: { kind: 'routes', yaml } };
}

/** What takes routes back that were once published and whose file is gone. */
export function noRoutes(tenant: string): Wanted {
  const yaml = `tenant: ${JSON.stringify(tenant)}\nroutes: []\n`;
  return { tenant, hash: sha256(yaml), content: { kind: 'routes', yaml } };
}

/** Rule files of a folder by name; none if there is no such folder. */
export function ruleFilesIn(dir: string): Record<string, string> {
  if (!existsSync(dir)) return {};
  const names = readdirSync(dir)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

/** The rules of a folder that somebody named; without any the product would listen and hear nothing. */
export function givenRules(dir: string): Record<string, string> {
  const files = ruleFilesIn(dir);
  if (Object.keys(files).length > 0) return files;
  throw new EarshotError('rules-missing', `there is no rule file (*.yaml) in ${dir}`, { detail: { exitCode: 2 } });
}

/**
 * Publishes what differs from what the last start published: files that nobody has touched since then leave in force
 * what was published meanwhile. Resolves once the rules are in force here.
 */
export async function publishWanted(
  log: Log,
  { control: view, reached }: Pick<InForce, 'control' | 'reached'>,
  wanted: readonly Wanted[],
  nowMs: number,
): Promise<void> {
  let epoch = view.epoch();
  for (const { tenant, hash, content } of wanted) {
    const last = lastStart(view, tenant, content.kind);
    if ((last ?? view.latest(tenant, content.kind)?.hash) === hash) continue;
    const record = { epoch: ++epoch, tenant, by: 'start', atMs: nowMs, hash, content };
    await appendPublication(log, record, 'start', '');
    if (content.kind === 'rule-set') await reached(tenant, epoch);
  }
}

function lastStart(view: ControlView, tenant: string, kind: ControlContent['kind']): string | undefined {
  const starts = view
    .all()
    .flatMap(({ tenant: of, epoch, content }) =>
      of === tenant && content.kind === 'publication' && content.of === kind && content.action === 'start'
        ? [{ epoch, hash: content.contentHash }]
        : [],
    );
  return starts.sort((a, b) => b.epoch - a.epoch)[0]?.hash;
}

function faultsError(
  code: string,
  faults: readonly { file: string; line: number; column: number; path: string; message: string }[],
) {
  const lines = faults.map((fault) => `  ${fault.file}:${fault.line}:${fault.column}  ${fault.path}  ${fault.message}`);
  return new EarshotError(code, `${faults.length} mistake(s):\n${lines.join('\n')}`, { detail: { exitCode: 2 } });
}

/** A file that somebody named: that it cannot be read is his mistake, not ours. */
function readGiven(file: string, code: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EarshotError(code, `${file} cannot be read`, { detail: { exitCode: 2 }, cause });
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
