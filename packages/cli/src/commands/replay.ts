import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cannotRead } from '../failure.js';
import type { CommandContext } from './context.js';
import { runScript } from './run-script.js';

export interface ReplayFlags {
  file: string;
  speed: 'max' | number;
  to?: string;
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  rules?: string;
  dataDir: string;
  json: boolean;
}

/** Plays a file of conversations into a throw-away instance (or a running one) and says what came of it. */
export async function replay(flags: ReplayFlags, { lang }: Pick<CommandContext, 'lang'>): Promise<number> {
  const file = flags.file === '-' ? '-' : resolve(flags.file);
  if (file !== '-' && !existsSync(file)) throw cannotRead(flags.file, { code: 'ENOENT' });
  const options = { ...flags, file, lang, ...(flags.rules ? { rules: resolve(flags.rules) } : {}) };
  return runScript('services/standalone/dist/replay.js', [JSON.stringify(options)]);
}

/** `max`, or how many times faster than life: 0.1 to 1000. Undefined if it is neither. */
export function speedOf(text: string): 'max' | number | undefined {
  if (text === 'max') return 'max';
  const value = Number(text);
  return Number.isFinite(value) && value >= 0.1 && value <= 1_000 ? value : undefined;
}
