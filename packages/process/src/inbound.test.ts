import { readConfig } from '@earshot/kit';
import { TOPICS } from '@earshot/wire';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inboundSetting, inboundTopics } from './inbound.js';

const shape = z.object({ inbound: inboundSetting() });
const read = (...argv: string[]) => readConfig(shape, { env: {}, argv }).inbound;

describe('which inbound topic is whose', () => {
  test('nobody is listened to unless it was said', () => {
    expect(read()).toEqual(new Map());
  });

  test('each topic has its tenant, and all are kept alike', () => {
    const inbound = read('--inbound', 'earshot.inbound.v1=bank, earshot.inbound.v1.shop=shop');
    expect([...inbound]).toEqual([
      ['earshot.inbound.v1', 'bank'],
      ['earshot.inbound.v1.shop', 'shop'],
    ]);
    const topics = inboundTopics(inbound, 7);
    expect(Object.keys(topics)).toEqual([...inbound.keys()]);
    for (const spec of Object.values(topics)) expect(spec).toMatchObject({ partitions: 7, foreign: true });
  });

  test.each([
    'earshot.inbound.v1',
    'earshot.inbound.v1=',
    'earshot.inbound.v1=a b',
    'earshot.inbound.v1=a|b',
    `${TOPICS.conversations}=bank`,
    'earshot.inbound.v10=bank',
    'other=bank',
    'earshot.inbound.v1=bank,earshot.inbound.v1=shop',
  ])('%s is refused', (inbound) => {
    expect(() => read('--inbound', inbound)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});
