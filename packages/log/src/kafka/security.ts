import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { both, EarshotError } from '@earshot/model';
import type { ISocketFactory, SASLOptions } from 'kafkajs';

/** A secret that shows itself to who asks by name; `Secret` of `@earshot/kit` is one. A plain string is none. */
export interface Revealed {
  reveal(): string;
}

export interface KafkaTls {
  /** PEM, asked for again by each connection. Without `ca` the authorities of the system are trusted. */
  current(): { ca?: string; cert?: string; key?: Revealed };
}

export interface KafkaSasl {
  mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain';
  user: string;
  password: Revealed;
}

/** How Kafka is talked to; nothing of it has a default, and without it everything goes in plain text. */
export interface KafkaSecurity {
  tls?: KafkaTls;
  sasl?: KafkaSasl;
}

const KEEP_ALIVE_MS = 60_000;

/**
 * Sockets to brokers. Ours and not kafkajs's, so that a certificate that was renewed is used by the next connection,
 * and a password in plain text goes to no other machine, wherever brokers say that they are.
 */
export function socketsOf(security: KafkaSecurity): ISocketFactory {
  return ({ host, port, onConnect }) => {
    refusePlainPassword(security, host);
    const { tls } = security;
    const socket = tls
      ? connectTls({ ...tlsOptions(tls), host, port, ...serverName(host) }, onConnect)
      : connectPlain({ host, port }, onConnect);
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  };
}

export function tlsOptions(tls: KafkaTls) {
  const { ca, cert, key } = tls.current();
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key: key.reveal() }),
    minVersion: 'TLSv1.2' as const,
  };
}

/** An address is no name that could be asked for. */
export const serverName = (host: string) => (isIP(host) === 0 ? { servername: host } : {});

/** As kafkajs takes it; the password is looked up when it is used. */
export function saslOptions({ mechanism, user, password }: KafkaSasl): SASLOptions {
  return {
    mechanism,
    username: user,
    get password() {
      return password.reveal();
    },
  };
}

/** Throws `kafka-plain-refused`. */
export function refusePlainPassword({ tls, sasl }: KafkaSecurity, host: string): void {
  if (sasl?.mechanism !== 'plain' || tls || isThisMachine(host)) return;
  const message = both(
    'the password would go to Kafka in plain text: use --kafka-ca-file (or --kafka-tls), or --kafka-sasl scram-sha-512',
    '密码将以明文发往 Kafka：请使用 --kafka-ca-file（或 --kafka-tls），或改用 --kafka-sasl scram-sha-512',
  );
  throw new EarshotError('kafka-plain-refused', message, { detail: { exitCode: 2 } });
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

export function hostOf(broker: string): { host: string; port: number } {
  const colon = broker.lastIndexOf(':');
  return { host: broker.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(broker.slice(colon + 1)) };
}
