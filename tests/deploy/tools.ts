import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const DEPLOY = join(ROOT, 'deploy');
export const PYTHON_PACKAGES = join(ROOT, '.turbo/python');

export const run = promisify(execFile);
/** For programs that are expected to refuse. */
export async function fate(command: string, args: readonly string[], options: { cwd?: string } = {}) {
  try {
    const { stdout, stderr } = await run(command, [...args], { ...options, maxBuffer: 64 * 1024 * 1024 });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, said: stdout + stderr };
  }
}

const answers = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const IN_CI = 'what .ci/run installs';

/** A title that says why, where a tool is missing; in CI nothing may be. */
export function withTools(title: string, missing: readonly (string | undefined)[]) {
  const named = missing.filter((one) => one !== undefined);
  if (named.length === 0) return { title, skip: false };
  if (process.env['CI']) throw new Error(`CI has no ${named.join(', ')}`);
  return { title: `${title} [skipped: no ${named.join(', ')}, ${IN_CI}]`, skip: true };
}

/** Each is undefined if it is there, else its name. */
export const noCompose = answers('docker-compose', 'version') ? undefined : 'docker-compose (Debian)';
export const noSandbox = answers('bwrap', '--version') ? undefined : 'bubblewrap (Debian)';
export const noPythonPackages = existsSync(join(PYTHON_PACKAGES, 'kubernetes_validate'))
  ? undefined
  : `python packages of tests/deploy/requirements.txt in ${PYTHON_PACKAGES}`;

/** As `kustomize build`: kubectl has it built in. */
export const KUSTOMIZE: readonly [string, ...string[]] | undefined = answers('kustomize', 'version')
  ? ['kustomize', 'build']
  : answers('kubectl', 'kustomize', '--help')
    ? ['kubectl', 'kustomize']
    : undefined;
export const noKustomize = KUSTOMIZE ? undefined : 'kustomize or kubectl';

export const isLong = Boolean(process.env['EARSHOT_TEST_ALL']);
