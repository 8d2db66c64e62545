import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaBroker, startKafkaBroker } from '@earshot/log/kafka-broker';
import type { KafkaOperation, KafkaRight } from '@earshot/process';
import { Kafka, logLevel } from 'kafkajs';
import { makeAuthority, pairedFile, type TestAuthority } from '../../packages/kit/src/testing/certificates.js';

export interface SecureBroker {
  broker: KafkaBroker;
  /** Signed what the broker shows, but for the door `EXPIRED`. */
  house: TestAuthority;
  stranger: TestAuthority;
  dir: string;
  stop(): Promise<void>;
}

const LOGIN = 'org.apache.kafka.common.security';

/**
 * A Kafka with a door for each way in, as docs/guides/secure-cluster.md sets one up: `SECURE` TLS and SCRAM, `MUTUAL` a
 * certificate of the client, `EXPIRED` TLS with an old certificate, `LOCAL` a password in plain text. What nobody was
 * given a right to is refused; who comes in plain text without signing in looks after the broker.
 */
export async function startSecureBroker(
  users: Record<string, string>,
  supers: readonly string[],
): Promise<SecureBroker> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-secure-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  try {
    const house = makeAuthority(dir, 'house');
    const stranger = makeAuthority(dir, 'stranger');
    const plain = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
    const broker = await startKafkaBroker({
      doors: { SECURE: 'SASL_SSL', MUTUAL: 'SSL', EXPIRED: 'SSL', LOCAL: 'SASL_PLAINTEXT' },
      users,
      settings: {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': pairedFile(house.issue('kafka')),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': house.caFile,
        'listener.name.mutual.ssl.client.auth': 'required',
        'listener.name.expired.ssl.keystore.type': 'PEM',
        'listener.name.expired.ssl.keystore.location': pairedFile(house.issue('old', { expired: true })),
        'listener.name.secure.sasl.enabled.mechanisms': 'SCRAM-SHA-512,SCRAM-SHA-256',
        'listener.name.secure.scram-sha-512.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
        'listener.name.secure.scram-sha-256.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
        'listener.name.local.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.local.plain.sasl.jaas.config': `${LOGIN}.plain.PlainLoginModule required ${plain.join(' ')};`,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': ['ANONYMOUS', ...supers].map((name) => `User:${name}`).join(';'),
        'group.min.session.timeout.ms': 1_000,
      },
    });
    const stop = async () => {
      await broker.stop();
      remove();
    };
    return { broker, house, stranger, dir, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Kafka's own numbers of what can be named, done and matched. */
const RESOURCE = { topic: 2, group: 3 };
const OPERATION: Record<KafkaOperation, number> = { Read: 3, Write: 4, Create: 5, Describe: 8, DescribeConfigs: 10 };
const PATTERN = { literal: 3, prefixed: 4 };
const ALLOW = 3;

/** Gives users rights, as the commands that `rights` prints would. */
export async function grant(broker: string, rights: Readonly<Record<string, readonly KafkaRight[]>>): Promise<void> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const acl = Object.entries(rights).flatMap(([user, own]) =>
      own.flatMap(({ resource, name, pattern, operations }) =>
        operations.map((operation) => ({
          resourceType: RESOURCE[resource],
          resourceName: name,
          resourcePatternType: PATTERN[pattern],
          principal: `User:${user}`,
          host: '*',
          operation: OPERATION[operation],
          permissionType: ALLOW,
        })),
      ),
    );
    await admin.createAcls({ acl });
  } finally {
    await admin.disconnect();
  }
}
