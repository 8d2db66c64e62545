import { ask } from '../instance/ask.js';
import { type At, runningInstance } from '../instance/instance.js';
import type { CommandContext, Outcome } from './context.js';

/** A one-time link that signs this person in at the running instance, good for 15 minutes. */
export async function signIn(staffNumber: string, at: At, context: CommandContext): Outcome {
  const answer = await ask(runningInstance(at), '/v1/admin/sign-in-links', { staffNumber }, context.stopping);
  await context.out((answer as { link: string }).link);
  return 0;
}
