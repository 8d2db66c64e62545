import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, openSync, readdirSync, realpathSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { folderInUse } from './folder-errors.js';

/**
 * One process per folder, by a listening socket in it: the kernel closes the socket with the process, so nothing
 * that dies leaves the folder locked, and unlike a process number it cannot be taken for somebody else's.
 *
 * The file of a dead socket stays behind, and removing it by name could remove a living successor. So holders are
 * numbered: whoever finds the highest number dead creates the next one (a hard link is exclusive) and holds the folder
 * if no higher number turned up meanwhile. The highest file is never removed, which is what makes that check sound.
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  if (process.platform === 'win32') return lockByPipe(dir);
  const folder = openSync(dir, 'r');
  // A socket path is limited to about 100 bytes; through the open folder it is always short.
  const short = process.platform === 'linux' ? `/proc/self/fd/${folder}` : dir;
  const own = `.lock-${randomUUID().slice(0, 8)}`;
  let server: Server | undefined;
  try {
    server = await listen(join(short, own));
    for (;;) {
      const highest = generations(dir).at(-1) ?? 0;
      if (highest > 0 && (await answers(join(short, fileOf(highest))))) throw folderInUse(dir);
      if (!linkIfAbsent(join(dir, own), join(dir, fileOf(highest + 1)))) continue;
      if (generations(dir).at(-1) !== highest + 1) {
        unlinkSync(join(dir, fileOf(highest + 1)));
        continue;
      }
      for (const old of generations(dir)) if (old <= highest) removeIfPresent(join(dir, fileOf(old)));
      const held = server;
      return () => stopListening(held);
    }
  } catch (error) {
    if (server) await stopListening(server);
    throw error;
  } finally {
    removeIfPresent(join(dir, own));
    closeSync(folder);
  }
}

function fileOf(generation: number): string {
  return `.lock-${generation}.sock`;
}

function generations(dir: string): number[] {
  const numbers = readdirSync(dir).map((name) => Number(/^\.lock-(\d+)\.sock$/.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => a - b);
}

function linkIfAbsent(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfPresent(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      // A full queue of waiting connections has a listener behind it.
      else if (error.code === 'EAGAIN' || error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(true);
      else reject(error);
    });
  });
}

/** Windows: a pipe name is exclusive and dies with its process. */
async function lockByPipe(dir: string): Promise<() => Promise<void>> {
  const name = realpathSync
    .native(dir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-');
  try {
    const server = await listen(`\\\\.\\pipe\\earshot-log-${name}`);
    return () => stopListening(server);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw folderInUse(dir);
    throw error;
  }
}
