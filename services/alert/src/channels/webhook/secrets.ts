import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@earshot/kit';
import type { SecretReference } from '@earshot/model';

/** Reads signing secrets from one folder and one family of environment variables. */
export function signingSecrets(folder: string, env: Record<string, string | undefined>) {
  return (reference: SecretReference): Secret | undefined => {
    if ('env' in reference) {
      const found = env[reference.env]?.trim();
      return found ? new Secret(found) : undefined;
    }
    try {
      return new Secret(readFileSync(join(folder, reference.file), 'utf8').trim());
    } catch {
      return undefined;
    }
  };
}
