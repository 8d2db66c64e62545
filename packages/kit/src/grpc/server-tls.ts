import type { SecureContextOptions } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import { type DoorTls, HANDSHAKE_WITHIN_MS } from '../tls/door-tls.js';

/** Credentials of a server whose certificate can be renewed while it listens; grpc-js has that only as an experiment. */
export class RenewableCredentials extends ServerCredentials {
  constructor(tls: DoorTls) {
    const clients = { requestCert: tls.asksClients, rejectUnauthorized: tls.asksClients };
    super({ ...clients, handshakeTimeout: HANDSHAKE_WITHIN_MS }, tls.context());
  }

  /** For connections that are made from now on. */
  renew(context: SecureContextOptions): void {
    this.updateSecureContextOptions(context);
  }

  _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
