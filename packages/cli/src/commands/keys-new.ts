import { newApiKey } from '@earshot/kit/access';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';

/** Makes an API key: the key itself is shown once and kept nowhere; people.yaml gets its hash. */
export async function keysNew(id: string, { lang, out, err }: CommandContext): Outcome {
  const { key, sha256 } = newApiKey(id);
  err(sentence(lang, 'key-once'));
  await out(key);
  err(sentence(lang, 'key-in-people'));
  await out(`  - { id: ${id}, sha256: ${sha256}, scopes: ["ingest:write"] }`);
  return 0;
}
