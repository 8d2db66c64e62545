import { both, EarshotError, tlsSentence } from '@earshot/model';
import type { KafkaConnection } from './connection.js';
import { type EntryCode, EntryFault, entryFaultOf, tlsFaultIn } from './entry-faults.js';
import { faultOf } from './kafka-faults.js';
import { askPort } from './probe.js';
import { hostOf } from './security.js';

/**
 * As a coded error with one line that says what to do; asks the first broker's port where the error says nothing.
 * Undefined: it is not about the way in.
 */
export async function entryError(connection: KafkaConnection, error: unknown): Promise<EarshotError | undefined> {
  if (error instanceof EarshotError) return undefined;
  const code = entryFaultOf(error) ?? (await askedAt(connection));
  if (code === undefined) return undefined;
  const [broker = ''] = connection.brokers;
  const message = sentenceOf(code, connection, broker, error);
  return new EarshotError(code, message, { detail: { broker }, cause: error });
}

/** Kafka answers a stranger by hanging up; only the port knows what it would rather have heard. */
async function askedAt({ brokers, tls, sasl }: KafkaConnection): Promise<EntryCode | undefined> {
  const [broker = ''] = brokers;
  const place = hostOf(broker);
  const asWeDo = await askPort(place, tls ? 'tls' : 'plain');
  if (asWeDo.kafka) return asWeDo.mechanisms.length > 0 && !sasl ? EntryFault.saslMissing : undefined;
  const otherwise = await askPort(place, tls ? 'plain' : 'tls');
  if (!otherwise.kafka) return undefined;
  return tls ? EntryFault.tlsUnwanted : EntryFault.tlsMissing;
}

function sentenceOf(code: EntryCode, { sasl }: KafkaConnection, broker: string, error: unknown): string {
  const mechanism = sasl?.mechanism ?? '';
  switch (code) {
    case EntryFault.denied:
      return both(
        `Kafka at ${broker} does not take this user and password: look at --kafka-user, --kafka-password-file and, with SCRAM, whether the user was made for ${mechanism}`,
        `Kafka ${broker} 不接受该用户名和密码：请检查 --kafka-user、--kafka-password-file，以及（使用 SCRAM 时）该用户是否按 ${mechanism} 创建`,
      );
    case EntryFault.forbidden:
      return both(
        `Kafka at ${broker} lets ${sasl?.user ?? 'us'} in but not do this (${faultOf(error)}): grant what the service needs (docs/guides/secure-cluster.md)`,
        `Kafka ${broker} 允许 ${sasl?.user ?? '本进程'} 登录，但拒绝此操作（${faultOf(error)}）：请授予该服务所需的权限（docs/guides/secure-cluster.zh-CN.md）`,
      );
    case EntryFault.mechanismUnknown:
      return both(
        `Kafka at ${broker} does not offer ${mechanism}: choose another --kafka-sasl, or enable it in sasl.enabled.mechanisms`,
        `Kafka ${broker} 未启用 ${mechanism}：请换用其他 --kafka-sasl，或在 sasl.enabled.mechanisms 中启用`,
      );
    case EntryFault.saslMissing:
      return both(
        `Kafka at ${broker} wants us to sign in: give --kafka-sasl, --kafka-user and --kafka-password-file`,
        `Kafka ${broker} 要求登录：请指定 --kafka-sasl、--kafka-user 和 --kafka-password-file`,
      );
    case EntryFault.saslUnwanted:
      return both(
        `Kafka at ${broker} has no sign-in on this port: leave --kafka-sasl out, or use its SASL port`,
        `Kafka ${broker} 的该端口不需要登录：请去掉 --kafka-sasl，或使用其 SASL 端口`,
      );
    case EntryFault.tlsMissing:
      return both(
        `Kafka at ${broker} speaks TLS on this port: give --kafka-ca-file (or --kafka-tls for a public authority)`,
        `Kafka ${broker} 的该端口使用 TLS：请指定 --kafka-ca-file（公共 CA 签发的用 --kafka-tls）`,
      );
    case EntryFault.tlsUnwanted:
      return both(
        `Kafka at ${broker} does not speak TLS on this port: use its TLS port`,
        `Kafka ${broker} 的该端口不是 TLS：请使用其 TLS 端口`,
      );
    case EntryFault.untrusted:
    case EntryFault.certificateRefused:
      return tlsSentence(tlsFaultIn(error) ?? 'untrusted', {
        name: { en: `Kafka at ${broker}`, zh: `Kafka ${broker}` },
        ca: '--kafka-ca-file',
        cert: '--kafka-cert-file',
      });
  }
}

/** Does what it is given; a failure that is about the way in becomes a coded one. */
export async function withEntryErrors<T>(connection: KafkaConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw (await entryError(connection, error)) ?? error;
  }
}
