import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './tools.js';

/** What a program takes from the environment. */
export interface KnownSettings {
  /** Every name, files of secrets included. */
  names: ReadonlySet<string>;
  /** Secrets, by the name that would hold the value itself. */
  secrets: ReadonlySet<string>;
}

const known = new Map<string, Promise<KnownSettings>>();

/** As its own `--help` has it. `program`: `services/ingest/dist/main.js`. */
export function knownSettings(program: string): Promise<KnownSettings> {
  const asked = known.get(program) ?? ask(program);
  known.set(program, asked);
  return asked;
}

async function ask(program: string): Promise<KnownSettings> {
  const path = join(ROOT, program);
  if (!existsSync(path)) throw new Error(`${program} is not a program of the built product`);
  const { stdout } = await run(process.execPath, [path, '--help']);
  const names = new Set([...stdout.matchAll(/\bEARSHOT_[A-Z_]+\b/g)].map(([name]) => name));
  if (names.size === 0) throw new Error(`${program} --help names no setting`);
  const secrets = [...names].filter((name) => names.has(`${name}_FILE`));
  // Webhook settings that `prepare` checks routes with are not in its help.
  return { names, secrets: new Set(secrets) };
}

/** Settings that this program does not know, and secrets that stand there in the open. */
export async function settingFaults(program: string, given: readonly string[]): Promise<string[]> {
  const { names, secrets } = await knownSettings(program);
  return given.flatMap((name) => [
    ...(names.has(name) ? [] : [`${program} does not know ${name}`]),
    ...(secrets.has(name) ? [`${name} would put a secret into the environment`] : []),
  ]);
}
