import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../../scripts/lib/bundle-program.mjs';

export type Preload = 'wrong/ack-before-flush' | 'wrong/commit-before-emit' | 'wrong/timer-verdicts' | 'next-engine';

/** A module of this folder, made loadable into the built product: `node --import program …`. */
export function bundlePreload(name: Preload): Promise<{ program: string; remove(): void }> {
  return bundleProgram(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), { workspace: 'built' });
}
