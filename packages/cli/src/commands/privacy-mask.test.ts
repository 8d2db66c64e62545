import { describe, expect, it } from 'vitest';
import { inputFile, runCommand } from '../testing/run-command.js';

const MOBILE = '13800138000';

describe('privacy mask', () => {
  it('gives one line for each line, with spans that point into the original', async () => {
    const text = `我的手机号是${MOBILE}`;
    const file = inputFile(`${JSON.stringify({ id: 'a', text })}\n${JSON.stringify({ id: 'b', text: '您好' })}\n`);
    const { code, out, err } = await runCommand('privacy', 'mask', file, '--json');
    expect([code, err]).toEqual([0, '']);
    const [first, second] = out.split('\n').map((line) => JSON.parse(line));
    expect(Object.keys(first)).toEqual(['id', 'masked', 'spans']);
    expect(first.masked).toMatch(/^我的手机号是\[MOBILE:[0-9a-f]{6}\]$/);
    const [span] = first.spans;
    expect(text.slice(span.start, span.end)).toBe(MOBILE);
    expect(span.type).toBe('MOBILE');
    expect(second).toEqual({ id: 'b', masked: '您好', spans: [] });
  });

  it('masks a number that one speaker spreads over turns, with the other one in between', async () => {
    const turns = [
      { role: 'customer', text: '我手机号是138' },
      { role: 'agent', text: '嗯' },
      { role: 'customer', text: '0013' },
      { role: 'agent', text: '好' },
      { role: 'customer', text: '8000' },
    ];
    const { out } = await runCommand('privacy', 'mask', inputFile(JSON.stringify({ id: 'c', turns })), '--json');
    const { turns: masked } = JSON.parse(out);
    expect(masked.map((turn: { i: number; role: string }) => [turn.i, turn.role])).toEqual(
      turns.map(({ role }, i) => [i, role]),
    );
    expect(out).not.toMatch(/138|0013|8000/);
    expect(masked[1]).toEqual({ i: 1, role: 'agent', masked: '嗯', spans: [] });
  });

  it('lets nothing out but what was masked', async () => {
    const line = JSON.stringify({ id: 'a', text: '好', note: `call ${MOBILE}`, label: MOBILE });
    const { out } = await runCommand('privacy', 'mask', inputFile(line), '--json');
    expect(out).not.toContain(MOBILE);
  });

  it('prints the masked text alone without --json', async () => {
    const { out } = await runCommand('privacy', 'mask', inputFile(JSON.stringify({ text: `a ${MOBILE}` })));
    expect(out).toMatch(/^a \[MOBILE:[0-9a-f]{6}\]$/);
  });

  it('gives equal values equal tokens under one key, and others under another', async () => {
    const file = inputFile(JSON.stringify({ text: MOBILE }));
    const [one, two] = [inputFile('1'.repeat(32), 'one.key'), inputFile('2'.repeat(32), 'two.key')];
    const under = async (key: string) => (await runCommand('privacy', 'mask', file, '--key-file', key)).out;
    expect(await under(one)).toBe(await under(one));
    expect(await under(one)).not.toBe(await under(two));
  });

  it.each([
    ['not JSON', '{', 'not JSON'],
    ['no text', '{"id":1}', 'neither'],
    ['a turn without text', '{"turns":[{"role":"agent"}]}', 'turns[0].text'],
  ])('ends with 2 and the line for %s', async (_what, bad, said) => {
    const { code, err } = await runCommand('privacy', 'mask', inputFile(`{"text":"a"}\n${bad}\n`), '--json');
    expect(code).toBe(2);
    expect(err).toMatch(/input\.jsonl:2\b/);
    expect(err).toContain(said);
  });

  it('ends with 2 for a file that is not there and for a key that is too short', async () => {
    expect((await runCommand('privacy', 'mask', '/nowhere.jsonl')).code).toBe(2);
    const { code, err } = await runCommand('privacy', 'mask', inputFile(''), '--key-file', inputFile('short', 'k'));
    expect([code, err]).toEqual([2, expect.stringContaining('16 bytes')]);
  });
});
