import { partitionForKey } from '@earshot/log';
import { TOPIC_CATALOGUE } from '@earshot/wire';
import { describe, expect, test } from 'vitest';
import { KEPT_MS } from '../../packages/process/src/topics.js';
import { INBOUND_HEADERS, JSON_TYPE, PROTOBUF_TYPES } from '../../services/ingest/src/domain/record-headers.js';
import { blocksOf, headingLevels, readDoc } from './markdown.js';

const PAGES = { en: 'docs/guides/kafka-topics.md', zh: 'docs/guides/kafka-topics.zh-CN.md' } as const;
const DAY_MS = 24 * 3_600_000;

/** Rows whose first cell is code, by that code; pipes inside code are written `\|`. */
function rowsOf(page: string): Map<string, string[]> {
  const rows = [...page.matchAll(/^\| *(`.*?) *\|$/gm)].map(([, row = '']) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
  return new Map(rows.map(([first = '', ...rest]) => [first.replaceAll('`', ''), rest]));
}

const kept = {
  en: (ms: number | undefined) => (ms === undefined ? 'compacted' : `${ms / DAY_MS} days`),
  zh: (ms: number | undefined) => (ms === undefined ? '压缩保留' : `${ms / DAY_MS} 天`),
};

describe.each(['en', 'zh'] as const)('the catalogue of topics (%s)', (lang) => {
  const page = readDoc(PAGES[lang]);
  const rows = rowsOf(page);

  test('lists every topic with its key, message, writers and how long it is kept, and no other', () => {
    const listed = [...rows.keys()].filter((name) => name.startsWith('earshot.'));
    expect(listed).toEqual(TOPIC_CATALOGUE.map(({ name }) => name));
    for (const { name, key, message = 'ConversationEvent', writers, compacted } of TOPIC_CATALOGUE) {
      const [saidKey = '', saidMessage = '', saidWriters = '', saidKept] = rows.get(name) ?? [];
      const code = /^[a-z]+(\|[a-z]+)*(:[a-z]+)?/.exec(key)?.[0] ?? '';
      if (code.includes('|') || code === key) expect(saidKey).toBe(`\`${code}\``);
      expect(saidMessage).toContain(`\`${message}\``);
      if (lang === 'en' || !['any', 'outside'].includes(writers.join())) expect(saidWriters).toBe(writers.join(', '));
      expect(saidKept).toBe(kept[lang](compacted ? undefined : KEPT_MS[name]));
    }
  });

  test('lists every header and content type that ingest understands', () => {
    const headers: string[] = Object.values(INBOUND_HEADERS);
    expect([...rows.keys()].filter((name) => /^(ce_|earshot-|content-)/.test(name)).sort()).toEqual(headers.sort());
    for (const type of [JSON_TYPE, ...PROTOBUF_TYPES]) expect(page).toContain(`\`${type}\``);
  });

  test('gives partitions to check a producer with that are those of our own keys', () => {
    const given = [...rows].filter(([, cells]) => cells.length === 1);
    expect(given.length).toBeGreaterThan(3);
    for (const [key, [partition]] of given) expect(partitionForKey(key, 12)).toBe(Number(partition));
  });
});

test('both languages of the catalogue say the same commands under the same headings', () => {
  const [english, chinese] = Object.values(PAGES).map(readDoc);
  const commands = (page = '') => blocksOf(page).map(({ text }) => text.replace(/ +#.*$/gm, ''));
  expect(commands(chinese)).toEqual(commands(english));
  expect(headingLevels(chinese ?? '')).toEqual(headingLevels(english ?? ''));
});
