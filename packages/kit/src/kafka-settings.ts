import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { secretSetting, splitList, switchSetting } from './config.js';
import type { Secret } from './secret.js';
import { pemFiles, type TlsMaterial } from './tls/pem-files.js';

export const SASL_MECHANISMS = ['scram-sha-512', 'scram-sha-256', 'plain'] as const;

/** Where Kafka is and who we are there; part of the settings of everything that talks to it. */
export const kafkaSettings = {
  brokers: z
    .string()
    .transform(splitList)
    .pipe(z.array(z.string()).min(1))
    .describe('brokers of the Kafka cluster, host:port with commas'),
  kafkaTls: switchSetting(false).describe("TLS to Kafka by the system's authorities; a file below switches it on too"),
  kafkaCaFile: z.string().optional().describe("PEM file with the authority that signed the brokers' certificates"),
  kafkaCertFile: z.string().optional().describe('PEM file with our certificate, where the brokers ask for one'),
  kafkaKeyFile: z.string().optional().describe('PEM file with its key'),
  kafkaSasl: z
    .enum(SASL_MECHANISMS)
    .optional()
    .describe(`how we sign in: ${SASL_MECHANISMS.join(', ')} (plain beyond this machine only over TLS)`),
  kafkaUser: z.string().min(1).optional().describe('user that we sign in as'),
  kafkaPassword: secretSetting().optional().describe("that user's password"),
};

export type KafkaConfig = z.output<z.ZodObject<typeof kafkaSettings>>;

/** As the log over Kafka takes it. */
export interface KafkaAddress {
  brokers: readonly string[];
  /** Reads the files anew whenever it is asked: a renewed certificate is used by the next connection. */
  tls?: { current(): TlsMaterial };
  sasl?: { mechanism: (typeof SASL_MECHANISMS)[number]; user: string; password: Secret };
}

/** Throws `config-invalid` for half of a way to sign in, and for files that cannot be used. */
export function kafkaAddress(config: KafkaConfig): KafkaAddress {
  const { brokers, kafkaTls, kafkaCaFile, kafkaCertFile, kafkaKeyFile } = config;
  const { kafkaSasl: mechanism, kafkaUser: user, kafkaPassword: password } = config;
  const named = (path: string | undefined, setting: string) => (path === undefined ? undefined : { path, setting });
  const files = {
    ca: named(kafkaCaFile, '--kafka-ca-file'),
    cert: named(kafkaCertFile, '--kafka-cert-file'),
    key: named(kafkaKeyFile, '--kafka-key-file'),
  };
  const address: KafkaAddress = { brokers };
  if (kafkaTls || files.ca || files.cert || files.key) address.tls = pemFiles(files);
  if (mechanism === undefined && (user !== undefined || password !== undefined))
    throw invalid(`--kafka-user and its password need --kafka-sasl: ${SASL_MECHANISMS.join(', ')}`);
  if (mechanism !== undefined) {
    if (user === undefined) throw invalid('--kafka-sasl needs --kafka-user');
    if (password === undefined || password.reveal() === '')
      throw invalid('--kafka-sasl needs --kafka-password-file (or EARSHOT_KAFKA_PASSWORD)');
    address.sasl = { mechanism, user, password };
  }
  return address;
}

function invalid(message: string): EarshotError {
  return new EarshotError('config-invalid', message, { detail: { exitCode: 2 } });
}
