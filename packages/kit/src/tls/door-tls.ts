import type { SecureContextOptions } from 'node:tls';
import { type NamedFile, pemFiles, plain } from './pem-files.js';

const LOOK_EVERY_MS = 10_000;
/** A client that opens a connection and never shakes hands does not keep it. */
export const HANDSHAKE_WITHIN_MS = 10_000;

export interface DoorTlsFiles {
  cert: NamedFile;
  key: NamedFile;
  /** Whose certificates clients must show; absent: they need none. */
  clientCa?: NamedFile | undefined;
}

/** The TLS of a door: its certificate, and which clients it lets shake hands. */
export interface DoorTls {
  /** Without a certificate of the given authority nobody gets in, whatever else he has. */
  readonly asksClients: boolean;
  context(): SecureContextOptions;
  /** Calls back after files have changed to something that can be used. Returns how to end it. */
  follow(apply: (context: SecureContextOptions) => void): () => void;
}

/** Throws `config-invalid` as `pemFiles` does. */
export function doorTls({ cert, key, clientCa }: DoorTlsFiles, lookEveryMs = LOOK_EVERY_MS): DoorTls {
  const files = pemFiles({ cert, key, ca: clientCa });
  const context = (): SecureContextOptions => ({ ...plain(files.current()), minVersion: 'TLSv1.2' });
  return {
    asksClients: clientCa !== undefined,
    context,
    follow(apply) {
      let known = JSON.stringify(context());
      // Not by watching: where secrets are mounted, a renewal swaps a link two folders up.
      const timer = setInterval(() => {
        const now = context();
        const text = JSON.stringify(now);
        if (text === known) return;
        known = text;
        apply(now);
      }, lookEveryMs).unref();
      return () => clearInterval(timer);
    },
  };
}
