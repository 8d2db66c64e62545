import { type TlsFault, tlsFaultOf } from '@earshot/model';
import { causesOf } from './causes.js';

/** Why brokers that are there do not let us in. */
export const EntryFault = {
  untrusted: 'kafka-untrusted',
  certificateRefused: 'kafka-certificate-refused',
  denied: 'kafka-denied',
  forbidden: 'kafka-forbidden',
  mechanismUnknown: 'kafka-sasl-unknown',
  saslMissing: 'kafka-sasl-missing',
  saslUnwanted: 'kafka-sasl-unwanted',
  tlsMissing: 'kafka-tls-missing',
  tlsUnwanted: 'kafka-tls-unwanted',
} as const;

export type EntryCode = (typeof EntryFault)[keyof typeof EntryFault];

const SAID_BY_BROKERS: Readonly<Record<string, EntryCode>> = {
  UNSUPPORTED_SASL_MECHANISM: EntryFault.mechanismUnknown,
  ILLEGAL_SASL_STATE: EntryFault.saslUnwanted,
  SASL_AUTHENTICATION_FAILED: EntryFault.denied,
  TOPIC_AUTHORIZATION_FAILED: EntryFault.forbidden,
  GROUP_AUTHORIZATION_FAILED: EntryFault.forbidden,
  CLUSTER_AUTHORIZATION_FAILED: EntryFault.forbidden,
};

/** What an error of the client says of our way in; undefined: nothing. */
export function entryFaultOf(error: unknown): EntryCode | undefined {
  for (const each of causesOf(error)) {
    const said = 'type' in each && typeof each.type === 'string' ? SAID_BY_BROKERS[each.type] : undefined;
    if (said) return said;
    if (each.name === 'KafkaJSSASLAuthenticationError')
      return each.message.includes('not supported') ? EntryFault.mechanismUnknown : EntryFault.denied;
  }
  const tls = tlsFaultIn(error);
  if (tls === undefined) return undefined;
  if (tls === 'ours-refused') return EntryFault.certificateRefused;
  return tls === 'not-tls' ? EntryFault.tlsUnwanted : EntryFault.untrusted;
}

export function tlsFaultIn(error: unknown): TlsFault | undefined {
  for (const each of causesOf(error)) {
    const fault = tlsFaultOf({ code: 'code' in each ? each.code : undefined, message: each.message });
    if (fault !== undefined) return fault;
  }
  return undefined;
}
