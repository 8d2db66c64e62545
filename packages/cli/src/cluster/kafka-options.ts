import { readFileSync } from 'node:fs';
import { type KafkaAddress, kafkaAddress, SASL_MECHANISMS, Secret } from '@earshot/kit';
import { type Command, Option } from 'commander';
import { cannotRead } from '../failure.js';
import type { Word } from '../words/words.js';

/** How a command talks to Kafka; the same names as the settings of the services. */
export interface KafkaOptions {
  kafkaTls?: boolean;
  kafkaCaFile?: string;
  kafkaCertFile?: string;
  kafkaKeyFile?: string;
  kafkaSasl?: (typeof SASL_MECHANISMS)[number];
  kafkaUser?: string;
  kafkaPasswordFile?: string;
}

export function addKafkaOptions(command: Command, say: (word: Word) => string): Command {
  return command
    .option('--kafka-tls', say('help-kafka-tls'))
    .option('--kafka-ca-file <file>', say('help-kafka-ca-file'))
    .option('--kafka-cert-file <file>', say('help-kafka-cert-file'))
    .option('--kafka-key-file <file>', say('help-kafka-key-file'))
    .addOption(new Option('--kafka-sasl <mechanism>', say('help-kafka-sasl')).choices(SASL_MECHANISMS))
    .option('--kafka-user <name>', say('help-kafka-user'))
    .option('--kafka-password-file <file>', say('help-kafka-password-file'));
}

/** Throws `config-invalid` for half of a way to sign in, and as `secretFrom` does. */
export function kafkaAddressOf(
  brokers: readonly string[],
  { kafkaTls = false, kafkaPasswordFile, ...options }: KafkaOptions,
  env: NodeJS.ProcessEnv,
): KafkaAddress {
  const kafkaPassword = secretFrom(kafkaPasswordFile, env['EARSHOT_KAFKA_PASSWORD']);
  const { kafkaCaFile, kafkaCertFile, kafkaKeyFile, kafkaSasl, kafkaUser } = options;
  const given = { kafkaTls, kafkaCaFile, kafkaCertFile, kafkaKeyFile, kafkaSasl, kafkaUser, kafkaPassword };
  return kafkaAddress({ brokers: [...brokers], ...given });
}

/** `a:9092, b:9092` */
export function brokersOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** From a file or the environment, never from a flag: flags are seen by everybody on the machine. */
export function secretFrom(file: string | undefined, inEnvironment: string | undefined): Secret | undefined {
  if (file === undefined) return inEnvironment ? new Secret(inEnvironment) : undefined;
  try {
    return new Secret(readFileSync(file, 'utf8').trim());
  } catch (error) {
    throw cannotRead(file, error);
  }
}
