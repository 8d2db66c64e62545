import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EarshotError } from '@earshot/model';
import { cannotRead } from '../failure.js';

/** A file, or every *.yaml below a folder, by the name it is reported under. */
export function readRuleFiles(path: string): Record<string, string> {
  try {
    if (!statSync(path).isDirectory()) return { [basename(path)]: readFileSync(path, 'utf8') };
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
    if (names.length === 0) throw new EarshotError('no-rule-files', path, { detail: { exitCode: 2, place: path } });
    return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(path, name), 'utf8')]));
  } catch (error) {
    throw cannotRead(path, error);
  }
}
