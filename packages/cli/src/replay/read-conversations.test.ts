import { EarshotError } from '@earshot/model';
import { describe, expect, it } from 'vitest';
import { folder, inputFile } from '../testing/run-command.js';
import type { ReplayConversation } from './conversation.js';
import { readConversations } from './read-conversations.js';

async function read(content: string | Buffer): Promise<ReplayConversation[]> {
  const found = [];
  for await (const { conversation } of readConversations(inputFile(content))) found.push(conversation);
  return found;
}

const line = (turns: unknown, more: object = {}) =>
  `${JSON.stringify({ id: 'c1', channel: 'chat', lang: 'zh', turns, ...more })}\n`;

describe('times of a conversation', () => {
  it('are kept where the file has them', async () => {
    const [c] = await read(
      line([
        { role: 'agent', text: '您好', offsetMs: 3720, durationMs: 2670 },
        { role: 'customer', text: '你好', offsetMs: 7000, durationMs: 500 },
      ]),
    );
    expect(c?.turns.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [3720, 6390],
      [7000, 7500],
    ]);
    expect(c?.timesMade).toBe(false);
  });

  it('are made where it has none: 250 ms a character and 400 ms a turn, one after the other', async () => {
    const [c] = await read(
      line([
        { role: 'agent', text: '您好' },
        { role: 'customer', text: '嗯' },
      ]),
    );
    expect(c?.turns.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 900],
      [900, 1550],
    ]);
    expect(c?.timesMade).toBe(true);
  });

  it('count a character outside the basic plane once', async () => {
    const [c] = await read(line([{ role: 'agent', text: '𠮷' }]));
    expect(c?.turns[0]?.endMs).toBe(650);
  });

  it('do not let a made-up length talk into a turn whose time is known', async () => {
    const [c] = await read(
      line([
        { role: 'customer', text: 'a long message that takes long to say', offsetMs: 0 },
        { role: 'agent', text: 'ok', offsetMs: 2000 },
      ]),
    );
    expect(c?.turns[0]?.endMs).toBe(2000);
    expect(c?.timesMade).toBe(false);
  });

  it('given as clock times are shifted to the start', async () => {
    const day = Date.UTC(2024, 5, 1);
    const [c] = await read(
      line([
        { role: 'agent', text: 'hi', offsetMs: day, durationMs: 100 },
        { role: 'agent', text: 'hi', offsetMs: day + 500, durationMs: 100 },
      ]),
    );
    expect(c?.turns.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 100],
      [500, 600],
    ]);
  });
});

describe('a conversation file', () => {
  it('may have empty lines, Windows line ends, a byte order mark and no end of line', async () => {
    const one = line([{ role: 'agent', text: 'a' }]).trim();
    const two = line([{ role: 'agent', text: 'b' }], { id: 'c2' }).trim();
    expect((await read(`\ufeff${one}\r\n\r\n\n${two}`)).map(({ id }) => id)).toEqual(['c1', 'c2']);
  });

  it('is split at line feeds only, because JSON may hold other separators', async () => {
    const [c] = await read(line([{ role: 'agent', text: 'a\u2028b\u0085c' }]).replace('\\u2028', '\u2028'));
    expect(c?.turns[0]?.text).toBe('a\u2028b\u0085c');
  });

  it('may be read in pieces that cut characters', async () => {
    const text = '汉'.repeat(100_000);
    const [c] = await read(line([{ role: 'agent', text }]));
    expect(c?.turns[0]?.text).toBe(text);
  });

  it.each([
    ['not-json', '{"id": '],
    ['not-an-object', '[]'],
    ['id-missing', line([], { id: '' })],
    ['channel-unknown', line([], { channel: 'fax' })],
    ['turns-missing', line({})],
    ['role-unknown', line([{ role: 'boss', text: 'secret words' }])],
    ['text-missing', line([{ role: 'agent' }])],
    ['time-invalid', line([{ role: 'agent', text: 'secret words', offsetMs: -1 }])],
    ['time-invalid', line([{ role: 'agent', text: 'secret words', durationMs: 'x' }])],
    ['id-twice', line([], { id: 'c0' })],
    ['not-utf8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])('that is wrong is refused with %s, the line and none of its words', async (code, bad) => {
    const good = Buffer.from(line([], { id: 'c0' }));
    const failure = await read(Buffer.concat([good, Buffer.from(bad)])).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EarshotError);
    const { code: said, message, detail } = failure as EarshotError;
    expect([said, detail['exitCode']]).toEqual([code, 2]);
    expect(message).toMatch(/input\.jsonl:2\b/);
    expect(message).not.toContain('secret');
  });

  it('that is not there is bad input', async () => {
    const missing = readConversations(`${folder()}/none.jsonl`).next();
    await expect(missing).rejects.toMatchObject({ code: 'file-missing', detail: { exitCode: 2 } });
  });
});
