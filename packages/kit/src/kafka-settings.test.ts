import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeConfig, readConfig } from './config.js';
import { kafkaAddress, kafkaSettings } from './kafka-settings.js';

const schema = z.object(kafkaSettings);
const ask = (argv: string[], env: Record<string, string> = {}) =>
  kafkaAddress(readConfig(schema, { env: { EARSHOT_BROKERS: 'kafka:9093', ...env }, argv }));
const SIGN_IN = ['--kafka-sasl', 'scram-sha-512', '--kafka-user', 'alert'];

test('nothing but the brokers has to be said, and nothing of the way in has a default', () => {
  expect(ask([])).toEqual({ brokers: ['kafka:9093'] });
});

test('TLS is on by a switch, and by any of its files', () => {
  expect(ask(['--kafka-tls']).tls?.current()).toEqual({});
  expect(() => ask(['--kafka-ca-file', '/none'])).toThrow(/--kafka-ca-file/);
  expect(() => ask(['--kafka-cert-file', '/none'])).toThrow(/--kafka-cert-file/);
});

test('the password comes from the environment or a file, and shows itself nowhere', () => {
  const address = ask(SIGN_IN, { EARSHOT_KAFKA_PASSWORD: 'canary' });
  expect(address.sasl).toMatchObject({ mechanism: 'scram-sha-512', user: 'alert' });
  expect(address.sasl?.password.reveal()).toBe('canary');
  expect(JSON.stringify(address) + inspect(address, { depth: 9 })).not.toContain('canary');
  expect(() => ask([...SIGN_IN, '--kafka-password', 'canary'])).toThrow(/--kafka-password-file/);
});

test.each([
  ['a user without a way to sign in', ['--kafka-user', 'alert'], /--kafka-sasl/],
  ['a way to sign in without a user', ['--kafka-sasl', 'plain'], /--kafka-user/],
  ['a user without a password', SIGN_IN, /--kafka-password-file/],
  ['a way that there is not', ['--kafka-sasl', 'gssapi'], /--kafka-sasl/],
])('%s is refused with the setting to give', (_, argv, setting) => {
  expect(() => ask(argv)).toThrow(setting);
});

test('help names every one of them', () => {
  const help = describeConfig(schema);
  const flags = ['tls', 'ca-file', 'cert-file', 'key-file', 'sasl', 'user', 'password-file'];
  expect(flags.filter((flag) => !help.includes(`--kafka-${flag}, `))).toEqual([]);
});
