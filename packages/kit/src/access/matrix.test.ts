import type { People, StaffRole } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.js';
import { API_SCOPES, type ApiScope, POLICY_NAMES, type PolicyName } from './policy.js';
import { conversationResource, type Principal, staffPrincipal } from './principal.js';

/**
 * Written from the description of the roles, not from the code. A column per role; a letter says how far it may:
 * `.` not at all, `o` conversations of one's own, `u` those of the own unit, `b` of the own unit and below,
 * `t` the whole tenant. Last column: the scope an API key needs; `*`: no credential needed.
 */
const ROLES = [
  'agent',
  'team-lead',
  'floor-supervisor',
  'inspector',
  'inspection-lead',
  'rule-admin',
  'system-admin',
  'auditor',
];
const EXPECTED = `
  policy            坐席 班组长 现场主管 质检员 质检主管 规则管理员 系统管理员 审计员 key
  health.read         t    t      t       t      t        t          t         t    *
  reflection.read     t    t      t       t      t        t          t         t    *
  docs.read           t    t      t       t      t        t          t         t    *
  page.read           t    t      t       t      t        t          t         t    *
  session.create      t    t      t       t      t        t          t         t    *
  ingest.append       .    .      .       .      .        .          .         .    ingest:write
  metrics.read        .    .      .       .      .        .          t         .    metrics:read
  tools.tail          .    .      .       .      .        .          .         .    tools:read
  tools.query         .    .      .       .      .        .          .         .    tools:read
  session.read        t    t      t       t      t        t          t         t    -
  session.delete      t    t      t       t      t        t          t         t    -
  live.connect        t    t      t       t      t        .          .         .    -
  live.desk           t    .      .       .      .        .          .         .    -
  live.wall           .    t      t       t      t        .          .         .    -
  alert.feedback      o    .      .       .      .        .          .         .    -
  conversation.list   .    t      t       t      t        .          .         .    -
  presence.read       .    u      b       t      t        .          .         .    -
  conversation.read   o    u      b       t      t        .          .         .    -
  alert.read          o    u      b       t      t        .          .         .    -
  alert.delivered     o    u      b       t      t        .          .         .    -
  alert.seen          o    u      b       t      t        .          .         .    -
  alert.claim         .    u      b       .      .        .          .         .    -
  alert.release       .    u      b       .      .        .          .         .    -
  alert.resolve       .    u      b       .      .        .          .         .    -
  rules.read          .    .      .       .      t        t          .         t    rules:read|rules:write
  rules.publish       .    .      .       .      .        t          .         .    rules:write
  people.read         .    .      .       .      .        .          t         t    -
  people.publish      .    .      .       .      .        .          t         .    -
  analysis.read       .    .      t       .      t        .          .         .    -
  dead-letters.read   .    .      .       .      .        .          t         t    tools:read
  dead-letters.text   .    .      .       .      t        .          .         .    tools:read
  dead-letters.handle .    .      .       .      .        .          t         .    tools:write
  audit.read          .    .      .       .      .        .          .         t    -
`;

// top ─ floor ─┬─ team-a (the person asking sits in `floor`, above team-a; colleagues everywhere)
//              └─ team-b         other ─ team-c
const people: People = {
  tenant: 'bank',
  units: [
    { id: 'top', name: 'top' },
    { id: 'floor', name: 'floor', parent: 'top' },
    { id: 'team-a', name: 'a', parent: 'floor' },
    { id: 'other', name: 'other', parent: 'top' },
  ],
  people: [
    { staffNumber: 'peer', name: 'p', roles: ['agent'], unit: 'floor' },
    { staffNumber: 'below', name: 'b', roles: ['agent'], unit: 'team-a' },
    { staffNumber: 'away', name: 'x', roles: ['agent'], unit: 'other' },
  ],
};

const RELATIONS: Record<string, { agents: string[]; tenant?: string; seenBy: string }> = {
  'a conversation of their own': { agents: ['me'], seenBy: 'oubt' },
  'a conversation in their unit': { agents: ['peer'], seenBy: 'ubt' },
  'a conversation in a unit below': { agents: ['below'], seenBy: 'bt' },
  'a conversation of another unit': { agents: ['away'], seenBy: 't' },
  'a conversation passed from another unit into theirs': { agents: ['away', 'peer'], seenBy: 'ubt' },
  'a conversation that nobody has joined': { agents: [], seenBy: 'bt' },
  'a conversation of another tenant': { agents: ['me', 'peer'], tenant: 'shop', seenBy: '' },
};

const rows = EXPECTED.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/));
const CONVERSATION_ROWS = new Set(rows.filter((row) => row.some((cell) => 'oub'.includes(cell))).map((row) => row[0]));

function staff(roles: StaffRole[], left = false): Principal {
  const me = { staffNumber: 'me', name: 'me', roles, unit: 'floor', left };
  const principal = staffPrincipal({ ...people, people: [...people.people, me] }, 'me');
  if (!principal) throw new Error('not found');
  return principal;
}

function resource(relation: { agents: string[]; tenant?: string }) {
  const everyone = [...people.people, { staffNumber: 'me', name: 'me', roles: [], unit: 'floor' }];
  const made = conversationResource({ ...people, people: everyone }, relation.agents);
  return { ...made, tenant: relation.tenant ?? made.tenant };
}

interface Cell {
  title: string;
  allowed: boolean;
  got: boolean;
}

function cells(): Cell[] {
  const all: Cell[] = [];
  for (const row of rows) {
    const policy = row[0] as PolicyName;
    const key = row.at(-1) ?? '';
    ROLES.forEach((role, index) => {
      const letter = row[index + 1] ?? '';
      for (const [name, relation] of Object.entries(RELATIONS)) {
        const sees =
          CONVERSATION_ROWS.has(policy) || relation.tenant ? relation.seenBy.includes(letter) : letter === 't';
        const allowed = key === '*' || (letter !== '.' && sees);
        const got = decide(policy, staff([role as StaffRole]), resource(relation)).allow;
        all.push({ title: `${role} · ${policy} · ${name}`, allowed, got });
        const gone = decide(policy, staff([role as StaffRole], true), resource(relation)).allow;
        all.push({ title: `${role}, has left · ${policy} · ${name}`, allowed: key === '*', got: gone });
      }
    });
    for (const scope of API_SCOPES) {
      const principal: Principal = { kind: 'integration', tenant: 'bank', keyId: 'k', scopes: [scope as ApiScope] };
      all.push({
        title: `key ${scope} · ${policy}`,
        allowed: key === '*' || key.split('|').includes(scope),
        got: decide(policy, principal).allow,
      });
      const foreign = decide(policy, principal, { tenant: 'shop', agents: [], units: [] }).allow;
      all.push({ title: `key ${scope} · ${policy} · another tenant`, allowed: key === '*', got: foreign });
    }
    all.push({ title: `nobody · ${policy}`, allowed: key === '*', got: decide(policy, undefined).allow });
  }
  return all;
}

describe('who may do what', () => {
  test('the table has a row for every policy and no other', () => {
    expect(rows.map((row) => row[0]).sort()).toEqual([...POLICY_NAMES].sort());
    expect(rows.every((row) => row.length === ROLES.length + 2)).toBe(true);
  });

  test('every cell of roles × policies × ownership is as the table says', () => {
    const all = cells();
    expect(all.length).toBeGreaterThan(3000);
    expect(all.filter((cell) => cell.got && !cell.allowed).map((cell) => cell.title)).toEqual([]);
    expect(all.filter((cell) => !cell.got && cell.allowed).map((cell) => cell.title)).toEqual([]);
  });

  test('a policy that needs an owner says no when the owner is not known', () => {
    for (const policy of CONVERSATION_ROWS) {
      for (const role of ROLES) expect(decide(policy as PolicyName, staff([role as StaffRole])).allow).toBe(false);
    }
  });

  test('two roles of one person add up, but never beyond what the policy gives each', () => {
    const both = staff(['agent', 'inspector']);
    expect(decide('conversation.read', both, resource({ agents: ['away'] }))).toEqual({ allow: true });
    expect(decide('alert.claim', staff(['team-lead', 'inspector']), resource({ agents: ['away'] }))).toEqual({
      allow: false,
      code: 'not-yours',
    });
  });

  test('a conversation nobody has joined is seen by those at the top', () => {
    const flat: People = { ...people, units: [{ id: 'floor', name: 'f' }], people: [] };
    expect(decide('alert.claim', staff(['team-lead']), conversationResource(flat, ['unknown-number'])).allow).toBe(
      true,
    );
  });
});
