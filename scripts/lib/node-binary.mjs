// The Node that a delivered product brings along: from a package of the npm registry, known by its digest.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const NODE_VERSION = '24.21.0';

/** @typedef {'x64' | 'arm64'} Arch */

/** SHA-512 of each archive, base64. @type {Record<Arch, string>} */
const DIGESTS = {
  x64: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

const run = promisify(execFile);

/**
 * Puts `bin/node` and its licence into `dest`; downloads into `work` first, from npm's own cache if it is there.
 * @param {{ arch: Arch, dest: string, work: string }} options
 */
export async function putNode({ arch, dest, work }) {
  mkdirSync(work, { recursive: true });
  mkdirSync(dest, { recursive: true });
  const name = `node-linux-${arch}`;
  await run('npm', ['pack', '--silent', '--prefer-offline', '--pack-destination', work, `${name}@${NODE_VERSION}`]);
  const archive = join(work, `${name}-${NODE_VERSION}.tgz`);
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (digest !== DIGESTS[arch]) throw new Error(`${name}@${NODE_VERSION} is not the one that was pinned`);
  await run('tar', ['-xzf', archive, '-C', dest, '--strip-components=1', 'package/bin/node', 'package/LICENSE']);
}
