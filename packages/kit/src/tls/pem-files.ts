import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { EarshotError } from '@earshot/model';
import { Secret } from '../secret.js';

/** Paths of PEM files, each with the setting that named it. */
export interface PemPaths {
  ca?: NamedFile | undefined;
  cert?: NamedFile | undefined;
  key?: NamedFile | undefined;
}

export interface NamedFile {
  path: string;
  setting: string;
}

/** PEM texts. Without `ca` the authorities of the system are trusted. */
export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: Secret;
}

export interface PemFiles {
  /** As the files are now; while they cannot be used, as they last could. */
  current(): TlsMaterial;
}

/**
 * Certificates that may be renewed while we run: they are read again whenever they are asked for. Throws
 * `config-invalid` (exit code 2) for half a pair, a file that cannot be read, and what is no certificate.
 */
export function pemFiles(paths: PemPaths): PemFiles {
  const { cert, key } = paths;
  if (cert && !key) throw invalid(`${cert.setting} needs the certificate's key too`);
  if (key && !cert) throw invalid(`${key.setting} needs the key's certificate too`);
  let good = read(paths);
  return {
    current() {
      try {
        good = read(paths);
      } catch {
        // Half of a renewal: the other file is on its way.
      }
      return good;
    },
  };
}

function read({ ca, cert, key }: PemPaths): TlsMaterial {
  const material: TlsMaterial = {};
  if (ca) material.ca = textOf(ca);
  if (cert) material.cert = textOf(cert);
  if (key) material.key = new Secret(textOf(key));
  const named = [ca, cert, key].flatMap((file) => file?.setting ?? []).join(', ');
  try {
    createSecureContext(plain(material));
  } catch {
    // The cause would quote the file.
    throw invalid(`${named}: not PEM, or the key is not that of the certificate`);
  }
  if (ca && !material.ca?.includes('-----BEGIN')) throw invalid(`${ca.setting}: no certificate in PEM in it`);
  return material;
}

/** As Node's TLS takes it. */
export function plain({ ca, cert, key }: TlsMaterial): { ca?: string; cert?: string; key?: string } {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: key.reveal() }),
  };
}

function textOf({ path, setting }: NamedFile): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw invalid(`the file that ${setting} names cannot be read`);
  }
}

function invalid(message: string): EarshotError {
  return new EarshotError('config-invalid', message, { detail: { exitCode: 2 } });
}
