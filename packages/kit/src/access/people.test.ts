import { describe, expect, test } from 'vitest';
import { parsePeople } from './people.js';

const GOOD = `
tenant: bank
units:
  - { id: cs, name: 客服中心 }
  - { id: cs-a, name: A 组, parent: cs }
people:
  - { staffNumber: 0012, name: 李雷, roles: [agent], unit: cs-a }
  - { staffNumber: 0034, name: 韩梅梅, roles: [team-lead, inspector], unit: cs, left: true }
apiKeys:
  - { id: pbx, sha256: ${'ab'.repeat(32)}, scopes: [ingest:write], expires: 2030-01-01 }
`;

function faultsOf(yaml: string) {
  const parsed = parsePeople(yaml);
  if (parsed.ok) throw new Error('was accepted');
  return parsed.faults.map(({ line, column, path, code }) => `${line}:${column} ${path} ${code}`);
}

describe('people.yaml', () => {
  test('keeps staff numbers as they are written, zeros in front included', () => {
    const parsed = parsePeople(GOOD);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    expect(parsed.people.people.map((person) => person.staffNumber)).toEqual(['0012', '0034']);
    expect(parsed.people.people[1]?.left).toBe(true);
    expect(parsed.keys).toEqual([
      {
        id: 'pbx',
        tenant: 'bank',
        sha256: 'ab'.repeat(32),
        scopes: ['ingest:write'],
        expiresAtMs: Date.UTC(2030, 0, 1),
      },
    ]);
  });

  test.each([
    ['a role that does not exist', GOOD.replace('[agent]', '[boss]'), '7:44 people[0].roles[0] value-invalid'],
    ['a unit that does not exist', GOOD.replace('unit: cs-a', 'unit: cs-z'), '7:58 people[0].unit unit-unknown'],
    ['a parent that does not exist', GOOD.replace('parent: cs ', 'parent: zz '), '5:36 units[1].parent unit-unknown'],
    ['a circle', GOOD.replace('客服中心 }', '客服中心, parent: cs-a }'), '4:35 units[0].parent unit-circle'],
    ['one number for two people', GOOD.replace('0034', '0012'), '8:20 people[1].staffNumber person-repeated'],
    ['a key that is unknown', GOOD.replace('left: true', 'gone: true'), '8:5 people[1] key-unknown'],
    ['a key given twice', GOOD.replace('tenant: bank', 'tenant: bank\ntenant: shop'), '3:1  yaml-broken'],
    [
      'a plain key instead of its hash',
      GOOD.replace('ab'.repeat(32), 'esk_secret'),
      '10:24 apiKeys[0].sha256 value-invalid',
    ],
    ['a prototype', `${GOOD}__proto__: { admin: true }\n`, '2:1  key-unknown'],
    ['nothing at all', '', '1:1  value-invalid'],
    ['broken syntax', 'tenant: [', '1:10  yaml-broken'],
  ])('%s is said with its place', (_title, yaml, fault) => {
    expect(faultsOf(yaml)).toContain(fault);
  });

  test('a bomb of aliases is refused, not unfolded', () => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n}: &l${n} [${`*l${n - 1},`.repeat(9)}]`);
    levels[0] = `l0: &l0 [x,x,x,x,x,x,x,x,x]`;
    expect(faultsOf(levels.join('\n'))).toEqual(['1:1  yaml-aliases']);
  });
});
