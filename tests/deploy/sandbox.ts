import { type ChildProcess, spawn } from 'node:child_process';

export interface SandboxOptions {
  /** Folders and files that can be read, by where they are seen. */
  readable: Record<string, string>;
  /** Folders that can be written to, by where they are seen. */
  writable?: Record<string, string>;
  env?: Record<string, string>;
  /** The loopback of this machine; absent: no network but a loopback of its own. */
  network?: boolean;
  cwd: string;
}

/** The user that the images run as. */
const NOBODY_IN_PARTICULAR = '10001';
/** What Debian's slim image has of what is used: a C library and its loader, a shell and its tools. */
const BASE = ['--ro-bind', '/usr', '/usr', '--tmpfs', '/usr/local', ...links('bin', 'lib', 'lib64')];

/**
 * A program on a root that nobody can write to, as a user without rights, in an environment of its own: as a container of
 * ours runs. /tmp is fresh and writable. Ends with us.
 */
export function enter(command: readonly string[], options: SandboxOptions): ChildProcess {
  const { readable, writable = {}, env = {}, network = false, cwd } = options;
  const user = ['--unshare-user', '--uid', NOBODY_IN_PARTICULAR, '--gid', NOBODY_IN_PARTICULAR, '--cap-drop', 'ALL'];
  const apart = ['--unshare-pid', '--unshare-ipc', '--die-with-parent', ...(network ? [] : ['--unshare-net'])];
  const mounts = [
    ...Object.entries(readable).flatMap(([seen, real]) => ['--ro-bind', real, seen]),
    ...Object.entries(writable).flatMap(([seen, real]) => ['--bind', real, seen]),
  ];
  const own = ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
  const told = Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...env });
  const words = ['--clearenv', ...told.flatMap(([name, value]) => ['--setenv', name, value]), '--chdir', cwd];
  // After all mounts: what is left of the root cannot be written to either.
  const args = [...user, ...apart, ...BASE, ...own, ...mounts, '--remount-ro', '/', ...words, '--', ...command];
  return spawn('bwrap', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

function links(...names: string[]): string[] {
  return names.flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]);
}

/** All that a child says until it ends. */
export function listen(child: ChildProcess) {
  const chunks: string[] = [];
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said: () => chunks.join(''), ended };
}
