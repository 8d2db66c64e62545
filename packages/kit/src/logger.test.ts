import { EarshotError } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { createLogger, type SafeFields, UNSAFE_KEYS } from './logger.js';

function capture() {
  const lines: string[] = [];
  const logger = createLogger({ service: 'test', level: 'debug', to: { write: (line) => void lines.push(line) } });
  return { logger, lines, all: () => lines.join('') };
}

describe('log lines', () => {
  test('carry service, level, time and ids as JSON', () => {
    const { logger, lines } = capture();
    logger.child({ tenant: 't1' }).info({ conversationId: 'c1' }, 'started');
    const line = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ level: 'info', service: 'test', tenant: 't1', conversationId: 'c1', msg: 'started' });
    expect(Date.parse(line.time)).not.toBeNaN();
  });

  test('a key that carries words is a type error', () => {
    const { logger } = capture();
    // @ts-expect-error text is never logged
    logger.info({ text: 'canary' }, 'x');
    // @ts-expect-error a whole domain object does not fit in
    logger.info({ rating: { score: 1, comment: 'canary' } }, 'x');
    // @ts-expect-error nor does a payload
    logger.info({ payload: new Uint8Array() }, 'x');
  });

  test('a key that got past the types is removed', () => {
    const { logger, all } = capture();
    const fields = Object.fromEntries(UNSAFE_KEYS.map((key) => [key, 'canary'])) as SafeFields;
    logger.info(fields, 'x');
    expect(all()).not.toContain('canary');
  });

  test('an error keeps code and frames, never a message that may quote its input', () => {
    const { logger, all } = capture();
    let thrown = new Error();
    try {
      JSON.parse('canary 110105194912310021');
    } catch (error) {
      thrown = error as Error;
    }
    expect(thrown.message).toContain('canary');
    logger.error({ err: thrown }, 'broken');
    const detail = { size: 9000, code: 'x', event: { text: 'canary' } };
    logger.error({ err: new EarshotError('text-too-long', 'too long', { detail, cause: thrown }) }, 'refused');
    expect(all()).not.toContain('canary');
    expect(all()).toContain('SyntaxError');
    expect(all()).toContain('text-too-long');
    expect(all()).toContain('9000');
  });
});
