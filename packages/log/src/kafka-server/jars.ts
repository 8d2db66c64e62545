import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EarshotError } from '@earshot/model';

const MARK = 'checked';

/** One line that names what is missing to run a Kafka server and the command that installs it; undefined: all there. */
export function kafkaMissing(): string | undefined {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (version < 17) return 'Kafka needs Java 17: apt-get install openjdk-17-jre-headless';
  if (isChecked(cacheFolder())) return undefined;
  const maven = spawnSync('mvn', ['-v'], { encoding: 'utf8' });
  return maven.status === 0 ? undefined : 'Kafka jars need Maven once: apt-get install maven';
}

/**
 * Folder with the jars of the pinned Kafka; fetched by Maven the first time and compared with `SHA256SUMS`. Throws
 * `kafka-jars-failed`.
 */
export async function kafkaJars(): Promise<string> {
  const folder = cacheFolder();
  if (isChecked(folder)) return folder;
  mkdirSync(join(folder, '..'), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  try {
    const args = [
      '-B',
      '-q',
      '-f',
      join(pinned(), 'pom.xml'),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
    ];
    await promisify(execFile)('mvn', [...args, `-DoutputDirectory=${fresh}`], { cwd: fresh }).catch(refuseFetched);
    compare(fresh);
    writeFileSync(join(fresh, MARK), wanted());
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    return folder;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another run was quicker: its folder is as good.
    if (isChecked(folder)) return folder;
    throw error;
  }
}

/** The package's folder `kafka-jars`, whether this file runs from the sources or built. */
function pinned(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'kafka-jars', 'pom.xml'))) return join(folder, 'kafka-jars');
  }
  throw new Error('kafka-jars/pom.xml is missing');
}

function cacheFolder(): string {
  const version = /<version>(4\.[^<]+)</.exec(readFileSync(join(pinned(), 'pom.xml'), 'utf8'))?.[1] ?? '';
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'earshot', `kafka-${version}`);
}

function wanted(): string {
  return readFileSync(join(pinned(), 'SHA256SUMS'), 'utf8');
}

function isChecked(folder: string): boolean {
  try {
    return readFileSync(join(folder, MARK), 'utf8') === wanted();
  } catch {
    return false;
  }
}

function refuseFetched(cause: { stdout?: string }): never {
  const said = (cause.stdout ?? '').trim().split('\n').slice(0, 5).join('\n');
  throw new EarshotError('kafka-jars-failed', `Maven could not fetch the jars of Kafka:\n${said}`, {
    retry: true,
    cause,
  });
}

function compare(folder: string): void {
  const found = readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}`,
    );
  const expected = wanted().trim().split('\n');
  const foreign = found.filter((line) => !expected.includes(line));
  const absent = expected.filter((line) => !found.includes(line));
  if (foreign.length + absent.length > 0) {
    const message = `Kafka's jars are not the pinned ones: ${[...foreign, ...absent].join(', ')}`;
    throw new EarshotError('kafka-jars-failed', message);
  }
}
