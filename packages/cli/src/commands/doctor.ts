import { diagnose, type Finding } from '../doctor/diagnose.js';
import { lookAround } from '../doctor/look-around.js';
import { sentence, type Word } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';

const SIGNS = { fine: '✓', warning: '!', fault: '✗' } as const;

export interface DoctorOptions {
  dataDir: string;
  port: number;
  json?: boolean;
}

/** Exit code 1 if something keeps Earshot from running here. */
export async function doctor(options: DoctorOptions, { lang, out }: CommandContext): Outcome {
  const findings = diagnose(await lookAround(options));
  if (options.json) await out(JSON.stringify({ ok: findings.every(({ state }) => state !== 'fault'), findings }));
  else for (const finding of findings) await out(spell(finding, (word, values) => sentence(lang, word, values)));
  return findings.some(({ state }) => state === 'fault') ? 1 : 0;
}

function spell(
  { state, about, word, values }: Finding,
  say: (word: Word, values?: Finding['values']) => string,
): string {
  const detail = word ? say(word, values) : String(values['text'] ?? '');
  return `${SIGNS[state]} ${say(about)}: ${detail}`;
}
