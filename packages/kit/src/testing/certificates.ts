import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why there can be no certificates here; undefined: there can. */
export function opensslMissing(): string | undefined {
  return spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is missing: apt-get install openssl';
}

export interface IssuedFiles {
  certFile: string;
  keyFile: string;
  cert: string;
  key: string;
}

export interface TestAuthority {
  caFile: string;
  ca: string;
  /** A certificate for `name`, at `127.0.0.1` unless `at` says otherwise (`DNS:other`); `expired`: since yesterday. */
  issue(name: string, options?: { at?: string; expired?: boolean }): IssuedFiles;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of its own, as docs/guides/secure-cluster.md makes one, with its files in `dir/name`. */
export function makeAuthority(dir: string, authority: string): TestAuthority {
  const folder = join(dir, authority);
  mkdirSync(folder, { recursive: true });
  const at = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-days',
    '2',
    '-subj',
    `/CN=${authority}`,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  );
  const ca = readFileSync(at('ca.pem'), 'utf8');
  return {
    caFile: at('ca.pem'),
    ca,
    issue(name, { at: place = 'IP:127.0.0.1', expired = false } = {}) {
      const [csr, certFile, keyFile] = [at(`${name}.csr`), at(`${name}.pem`), at(`${name}.key`)];
      const san = ['-addext', `subjectAltName=${place}`];
      openssl('req', ...KEY, '-subj', `/CN=${name}`, ...san, '-keyout', keyFile, '-out', csr);
      const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-copy_extensions', 'copy'];
      openssl('x509', '-req', '-in', csr, ...signed, '-days', expired ? '-1' : '2', '-out', certFile);
      return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    },
  };
}

/** Key and certificate in one file, as a Kafka broker wants them. */
export function pairedFile({ cert, key, certFile }: IssuedFiles): string {
  const file = `${certFile}.pair`;
  writeFileSync(file, key + cert, { mode: 0o600 });
  return file;
}
