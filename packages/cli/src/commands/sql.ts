import { ask } from '../instance/ask.js';
import { type At, runningInstance } from '../instance/instance.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { table } from './table.js';

export interface SqlOptions extends At {
  json?: boolean;
}

/** Read-only SQL through the running instance, which holds the warehouse open alone. */
export async function sql(text: string, { json, ...at }: SqlOptions, context: CommandContext): Outcome {
  const answer = await ask(runningInstance(at), '/v1/admin/sql', { sql: text }, context.stopping);
  const { rows = [] } = (answer ?? {}) as { rows?: Record<string, unknown>[] };
  if (json) {
    await context.out(JSON.stringify(rows));
    return 0;
  }
  for (const line of table(rows)) await context.out(line);
  context.err(sentence(context.lang, 'rows', { count: rows.length }));
  return 0;
}
