import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { createClient } from '@clickhouse/client';
import { engineMissing, engineUnusable } from '../errors.js';

/** The connection that the client takes instead of HTTP. */
export type EngineConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** The little of chdb 3.4 that is used. */
export interface Engine {
  createChdbConnection(options: { path: string }): EngineConnection;
  /** Resolves once every connection that was closed is really gone. */
  drainPending(): Promise<void>;
}

/**
 * Loads the engine from its own package; throws `engine-missing` until that has been installed, and can be asked again
 * in the same process. Loading takes about half a second of the event loop, once.
 */
export function loadEngine(engineDir: string): Engine {
  // Looked for by hand first: a failed `require` makes Node remember that there is nothing, for the life of the process.
  if (!isInstalled(engineDir)) throw engineMissing();
  try {
    const requireFrom = createRequire(join(engineDir, 'package.json'));
    const { createChdbConnection } = requireFrom('chdb/connection') as Pick<Engine, 'createChdbConnection'>;
    const { drainPending } = requireFrom('chdb') as Pick<Engine, 'drainPending'>;
    return { createChdbConnection, drainPending };
  } catch (cause) {
    throw engineUnusable(cause);
  }
}

/** Both halves are there: the package, and the binary for this platform beside it. */
function isInstalled(engineDir: string): boolean {
  const link = join(engineDir, 'node_modules', 'chdb');
  if (!existsSync(join(link, 'package.json'))) return false;
  const libraries = join(dirname(realpathSync(link)), '@chdb');
  return (
    existsSync(libraries) && readdirSync(libraries).some((name) => existsSync(join(libraries, name, 'package.json')))
  );
}
