import { expect, test } from 'vitest';
import { excerpt } from './excerpt.js';

const span = (text: string, words: string) => ({ start: text.indexOf(words), end: text.indexOf(words) + words.length });
const marked = ({ text, spans }: ReturnType<typeof excerpt>) => spans.map(({ start, end }) => text.slice(start, end));

test('a hit far into a quote comes into view, and stays marked at the same words', () => {
  const text = '我已经打了三次电话了你们每次都说会回电但是从来没有，我要投诉到底，找律师';
  const shown = excerpt(text, [span(text, '律师'), span(text, '投诉到底')]);
  expect(shown.text.startsWith('…')).toBe(true);
  expect(shown.text.length).toBeLessThan(text.length);
  expect(marked(shown)).toEqual(['律师', '投诉到底']);
});

test('it begins with a clause where there is one, not inside a number', () => {
  const text = '我打电话投诉到12315，再不解决我就去死，不想活了';
  expect(excerpt(text, [span(text, '不想活')]).text).toBe('…再不解决我就去死，不想活了');
});

test('Latin text keeps more before the hit: it is narrow', () => {
  const text = 'If this goes on I will call my lawyer';
  expect(excerpt(text, [span(text, 'my lawyer')]).text).toBe(text);
});

test('a hit near the start, or none, leaves the quote as it is', () => {
  const text = '我要投诉到底';
  expect(excerpt(text, [span(text, '投诉')]).text).toBe(text);
  expect(excerpt(text, []).text).toBe(text);
});

test('neither a masked value nor a character is cut in half', () => {
  const text = '请您记一下我的号码[MOBILE:3ad579]，我要投诉到底';
  expect(excerpt(text, [span(text, '投诉到底')])).toMatchObject({ text: '…[MOBILE:3ad579]，我要投诉到底' });
  const emoji = `好的😀${'我'.repeat(13)}投诉`;
  const shown = excerpt(emoji, [span(emoji, '投诉')]);
  expect(shown.text).toBe(`…😀${'我'.repeat(13)}投诉`);
  expect(marked(shown)).toEqual(['投诉']);
});
