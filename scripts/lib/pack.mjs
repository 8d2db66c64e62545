// A folder as an archive that comes out the same, byte for byte, wherever and whenever the same files are packed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { filesBelow } from './product-tree.mjs';

const run = promisify(execFile);
export const SUMS = 'SHA256SUMS';

/** Writes the digest of every file into the folder, as `sha256sum --check` reads them. @param {string} folder */
export async function writeSums(folder) {
  const lines = [];
  for (const path of filesBelow(folder)) {
    if (path !== SUMS) lines.push(`${await sha256(join(folder, path))}  ${path}\n`);
  }
  writeFileSync(join(folder, SUMS), lines.join(''));
}

/**
 * `epochS`: the time that every file bears. Answers with the archive's digest.
 * @param {string} folder
 * @param {string} archive
 * @param {number} epochS
 */
export async function pack(folder, archive, epochS) {
  const same = ['--sort=name', `--mtime=@${epochS}`, '--owner=0', '--group=0', '--numeric-owner', '--hard-dereference'];
  const modes = ['--mode=u=rwX,go=rX', '--format=gnu'];
  const gzip = ['--use-compress-program', 'gzip -n -6'];
  await run('tar', [...same, ...modes, ...gzip, '-cf', archive, '-C', dirname(folder), basename(folder)]);
  return sha256(archive);
}

/** @param {string} file @returns {Promise<string>} */
export async function sha256(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
