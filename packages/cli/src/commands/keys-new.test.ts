import { checkApiKey, parsePeople } from '@earshot/kit/access';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';

describe('keys new', () => {
  it('gives a line for people.yaml that lets the key in, and never the same key twice', async () => {
    const { code, out } = await runCommand('keys', 'new', 'crm');
    expect(code).toBe(0);
    const [key = '', line = ''] = out.split('\n');
    const parsed = parsePeople(`tenant: t\nunits: [{ id: u, name: u }]\npeople: []\napiKeys:\n${line}\n`);
    if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join());
    expect(checkApiKey(parsed.keys, key, Date.now())).toMatchObject({
      ok: true,
      principal: { tenant: 't', keyId: 'crm' },
    });
    expect((await runCommand('keys', 'new', 'crm')).out).not.toContain(key);
  });

  it('refuses an id that would not fit into the file', async () => {
    expect((await runCommand('keys', 'new', 'a: b')).code).toBe(2);
  });
});
