import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { Secret } from './secret.js';

/** A secret setting: from the environment (`X`) or a file (`X_FILE`, `--x-file`), never from a plain flag. */
export function secretSetting() {
  return z.instanceof(Secret, { error: 'missing' }).meta({ secret: true });
}

/** `--flag` alone, `--no-flag`, or true/false/1/0/on/off in the environment. */
export function switchSetting(fallback: boolean) {
  return z.stringbool().prefault(fallback ? 'true' : 'false');
}

export function portSetting(fallback: number) {
  return z.coerce.number().int().min(0).max(65_535).prefault(fallback);
}

export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Words with commas between them; absent if nothing was said. */
export function listSetting() {
  return z.string().transform(splitList).optional();
}

export interface ConfigSources {
  env: Record<string, string | undefined>;
  argv?: readonly string[];
  /** Environment names begin with it: `EARSHOT` gives `EARSHOT_DATA_DIR`. */
  prefix?: string;
  /** Reads the file a secret refers to. */
  readFile?: (path: string) => string;
}

/**
 * Settings by schema: `dataDir` is read from `--data-dir`, else from `EARSHOT_DATA_DIR`, else the schema's default.
 * Throws `config-invalid` (exit code 2) with a table of every fault at once; values are never in it.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  sources: ConfigSources,
): z.output<z.ZodObject<Shape>> {
  const names = settingNames(schema, sources.prefix ?? 'EARSHOT');
  const { flags, faults } = readFlags(names, sources.argv ?? []);
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const plain = flags.get(name.flag) ?? blankToUndefined(sources.env[name.env]);
    if (!name.secret) {
      if (plain !== undefined) values[name.key] = plain;
      continue;
    }
    const file = flags.get(`${name.flag}-file`) ?? blankToUndefined(sources.env[`${name.env}_FILE`]);
    const found = file === undefined ? plain : readSecretFile(file, sources.readFile, name, faults);
    if (found !== undefined) values[name.key] = new Secret(found);
  }
  const parsed = z.strictObject(schema.shape).safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = names.find((candidate) => candidate.key === issue.path[0]);
      faults.push([name ? spell(name) : issue.path.join('.'), issue.message]);
    }
  }
  if (!parsed.success || faults.length > 0) throw configError(faults);
  return parsed.data as z.output<z.ZodObject<Shape>>;
}

/** One line per setting, for `--help`. */
export function describeConfig(schema: z.ZodObject, prefix = 'EARSHOT'): string {
  return table(settingNames(schema, prefix).map((name) => [spell(name), schema.shape[name.key]?.description ?? '']));
}

interface SettingName {
  key: string;
  flag: string;
  env: string;
  secret: boolean;
}

function settingNames(schema: z.ZodObject, prefix: string): SettingName[] {
  return Object.entries(schema.shape).map(([key, setting]) => {
    const words = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return {
      key,
      flag: words,
      env: `${prefix}_${words.replaceAll('-', '_').toUpperCase()}`,
      secret: isSecret(setting as z.ZodType),
    };
  });
}

function isSecret(setting: z.ZodType): boolean {
  if (setting.meta()?.secret === true) return true;
  return setting instanceof z.ZodOptional && isSecret(setting.unwrap() as z.ZodType);
}

type Faults = [string, string][];

function readFlags(names: SettingName[], argv: readonly string[]): { flags: Map<string, string>; faults: Faults } {
  const flags = new Map<string, string>();
  const faults: Faults = [];
  const { tokens } = parseArgs({ args: [...argv], strict: false, tokens: true, allowPositionals: true });
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token || token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      faults.push(['argument', 'not expected here']);
      continue;
    }
    const next = tokens[index + 1];
    const takesNext = token.value === undefined && next?.kind === 'positional';
    if (takesNext) index += 1;
    const known = names.some((name) => (name.secret ? `${name.flag}-file` : name.flag) === token.name);
    if (known) {
      flags.set(token.name, token.value ?? (takesNext ? next.value : 'true'));
    } else if (names.some((name) => `no-${name.flag}` === token.name)) {
      flags.set(token.name.slice(3), 'false');
    } else {
      const secret = names.some((name) => name.secret && name.flag === token.name);
      faults.push([
        `--${token.name}`,
        secret ? `secrets are not taken from flags: use --${token.name}-file` : 'unknown',
      ]);
    }
  }
  return { flags, faults };
}

function readSecretFile(
  path: string,
  readFile: ConfigSources['readFile'],
  name: SettingName,
  faults: Faults,
): string | undefined {
  try {
    return (readFile ?? ((file) => readFileSync(file, 'utf8')))(path).trim();
  } catch {
    faults.push([spell(name), 'the file that it refers to cannot be read']);
    return undefined;
  }
}

function spell(name: SettingName): string {
  return name.secret ? `--${name.flag}-file, ${name.env}, ${name.env}_FILE` : `--${name.flag}, ${name.env}`;
}

function configError(faults: Faults): EarshotError {
  return new EarshotError('config-invalid', `these settings cannot be used:\n${table(faults)}`, {
    detail: { exitCode: 2, faults: faults.length },
  });
}

function table(rows: [string, string][]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd()).join('\n');
}

function blankToUndefined(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
