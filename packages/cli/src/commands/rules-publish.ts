import { userInfo } from 'node:os';
import { ask } from '../instance/ask.js';
import { type At, type Reached, runningInstance } from '../instance/instance.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { readRuleFiles } from './rule-files.js';
import { table } from './table.js';

interface AtInstance extends At {
  json?: boolean;
}

interface Told extends AtInstance {
  why?: string;
}

interface Published {
  hash: string;
  epoch: number;
  rules: number;
  unchanged: boolean;
}

interface Version {
  epoch: number;
  hash: string;
  by: string;
  atMs: number;
  action: string;
  why: string;
  inForce: boolean;
}

/** Files of the rules that come with the product. */
const SHIPPED = 'starter/';

/** Puts the rules of a file or folder into force, beside the shipped ones unless `only`; in force when it answers. */
export async function rulesPublish(
  path: string,
  { json, why = '', running = false, only = false, ...at }: Told & { running?: boolean; only?: boolean },
  context: CommandContext,
): Outcome {
  const own = readRuleFiles(path);
  const instance = runningInstance(at);
  const shipped = only ? {} : await shippedFiles(instance, context.stopping);
  const body = { files: { ...shipped, ...own }, appliesToRunning: running, why, author: userInfo().username };
  const done = (await ask(instance, '/v1/rules/publish', body, context.stopping)) as Published;
  return tell(done, json, context);
}

/** Brings back the rule set before the present one, or the one that is named by (the beginning of) its hash. */
export async function rulesRollback(
  hash: string | undefined,
  { json, why = '', ...at }: Told,
  context: CommandContext,
): Outcome {
  const instance = runningInstance(at);
  const to =
    hash && ((await versionsAt(instance, context.stopping)).find((one) => one.hash.startsWith(hash))?.hash ?? hash);
  const body = { ...(to ? { to } : {}), why, author: userInfo().username };
  return tell((await ask(instance, '/v1/rules/rollback', body, context.stopping)) as Published, json, context);
}

/** Every rule set that was ever put into force: when, by whom and why, newest first. */
export async function rulesList({ json, ...at }: AtInstance, context: CommandContext): Outcome {
  const versions = await versionsAt(runningInstance(at), context.stopping);
  if (json) {
    await context.out(JSON.stringify(versions));
    return 0;
  }
  const rows = versions.map(({ epoch, hash, by, atMs, action, why, inForce }) => ({
    '': inForce ? '●' : '',
    epoch,
    hash: hash.slice(0, 12),
    at: new Date(atMs).toISOString(),
    by,
    action,
    why,
  }));
  for (const line of table(rows)) await context.out(line);
  return 0;
}

async function tell(done: Published, json: boolean | undefined, context: CommandContext): Outcome {
  if (json) await context.out(JSON.stringify(done));
  else await context.out(sentence(context.lang, done.unchanged ? 'rules-unchanged' : 'rules-in-force', { ...done }));
  return 0;
}

async function versionsAt(instance: Reached, stopping: AbortSignal): Promise<Version[]> {
  return ((await ask(instance, '/v1/rules/versions', undefined, stopping)) as { versions: Version[] }).versions;
}

async function shippedFiles(instance: Reached, stopping: AbortSignal): Promise<Record<string, string>> {
  const present = (await versionsAt(instance, stopping)).find(({ inForce }) => inForce);
  if (!present) return {};
  const answer = await ask(instance, `/v1/rules/versions/${present.hash}`, undefined, stopping);
  const { files } = answer as { files: Record<string, string> };
  return Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith(SHIPPED)));
}
