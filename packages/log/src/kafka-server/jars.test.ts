import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { kafkaMissing } from './jars.js';

const folders: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A machine with these programs and nothing else, and no jars fetched yet. */
function machine(programs: Record<string, string>): void {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-path-'));
  folders.push(folder);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', folder);
  vi.stubEnv('XDG_CACHE_HOME', folder);
}

test('what is missing for a Kafka is named in one line with the command that installs it', () => {
  machine({});
  expect(kafkaMissing()).toBe('Kafka needs Java 17: apt-get install openjdk-17-jre-headless');
  machine({ java: `echo 'openjdk version "11.0.2"' >&2` });
  expect(kafkaMissing()).toBe('Kafka needs Java 17: apt-get install openjdk-17-jre-headless');
  machine({ java: `echo 'openjdk version "17.0.15"' >&2` });
  expect(kafkaMissing()).toBe('Kafka jars need Maven once: apt-get install maven');
  machine({ java: `echo 'openjdk version "21.0.1"' >&2`, mvn: 'exit 0' });
  expect(kafkaMissing()).toBeUndefined();
});
