import { describe, expect, it } from 'vitest';
import { inputFile, runCommand } from '../testing/run-command.js';

describe('sentiment score', () => {
  it('gives each line back whole and in order, with five scores added', async () => {
    const lines = [
      { id: 'a', text: '你们太过分了，我要投诉', label: 'x', extra: { kept: [1] } },
      { text: '好的，谢谢你' },
      { id: 'c', text: '' },
    ];
    const file = inputFile(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    const { code, out, err } = await runCommand('sentiment', 'score', file, '--json');
    expect([code, err]).toEqual([0, '']);
    const scored = out.split('\n').map((line) => JSON.parse(line));
    expect(scored).toHaveLength(lines.length);
    scored.forEach((line, i) => {
      const { negative, neutral, positive, anger, offensive, ...rest } = line;
      expect(rest).toEqual(lines[i]);
      for (const score of [negative, neutral, positive, anger, offensive]) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
    });
    expect(scored[0].negative).toBeGreaterThan(0.5);
    expect(scored[1].positive).toBeGreaterThan(0.5);
    expect(scored[2]).toMatchObject({ neutral: 1, anger: 0 });
  });

  it('prints the scores in columns before the text without --json', async () => {
    const { out } = await runCommand('sentiment', 'score', inputFile(JSON.stringify({ text: '好的，\n谢谢' })));
    expect(out).toMatch(/^([01]\.\d{3} ){5} 好的， 谢谢$/);
  });

  it.each([
    ['not JSON', '{', 'not JSON'],
    ['no object', '[]', 'object'],
    ['no text', '{"turns":[]}', 'text'],
  ])('ends with 2 and the line, never its words, for %s', async (_what, bad, said) => {
    const { code, err } = await runCommand('sentiment', 'score', inputFile(`{"text":"机密"}\n${bad}\n`), '--json');
    expect(code).toBe(2);
    expect(err).toMatch(/input\.jsonl:2\b/);
    expect(err).toContain(said);
    expect(err).not.toContain('机密');
  });
});
