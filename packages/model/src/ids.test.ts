import { describe, expect, test } from 'vitest';
import { deriveId, findingId } from './ids.js';

describe('ids', () => {
  test('the same input always gets the same name', () => {
    expect(findingId('t', 'c', 'r', 'u:a:1')).toBe(findingId('t', 'c', 'r', 'u:a:1'));
    expect(findingId('t', 'c', 'r', 'u:a:1')).toMatch(/^[a-z2-7]{26}$/);
  });

  test('moving a character from one part to the next gives another name', () => {
    expect(deriveId('x', 'ab', 'c')).not.toBe(deriveId('x', 'a', 'bc'));
    expect(deriveId('x', 'a')).not.toBe(deriveId('y', 'a'));
  });
});
