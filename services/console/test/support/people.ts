import type { People } from '@earshot/model';

// centre ─┬─ team-a   agents a1 a2, lead la
//         ├─ team-b   agent  b1,    lead lb
//         └─ night    supervisor fn
// centre itself: supervisor fs, inspector qc, rule admin ra
export const bank: People = {
  tenant: 'bank',
  units: [
    { id: 'centre', name: '客服中心' },
    { id: 'team-a', name: '一组', parent: 'centre' },
    { id: 'team-b', name: '二组', parent: 'centre' },
    { id: 'night', name: '夜班', parent: 'centre' },
  ],
  people: [
    { staffNumber: 'a1', name: '王芳', roles: ['agent'], unit: 'team-a' },
    { staffNumber: 'a2', name: '赵敏', roles: ['agent'], unit: 'team-a' },
    { staffNumber: 'b1', name: '刘洋', roles: ['agent'], unit: 'team-b' },
    { staffNumber: 'la', name: '李强', roles: ['team-lead'], unit: 'team-a' },
    { staffNumber: 'lb', name: '陈静', roles: ['team-lead'], unit: 'team-b' },
    { staffNumber: 'fs', name: '周涛', roles: ['floor-supervisor'], unit: 'centre' },
    { staffNumber: 'fn', name: '吴磊', roles: ['floor-supervisor'], unit: 'night' },
    { staffNumber: 'qc', name: '孙莉', roles: ['inspector'], unit: 'centre' },
    { staffNumber: 'ra', name: '郑伟', roles: ['rule-admin'], unit: 'centre' },
    { staffNumber: 'gone', name: '冯刚', roles: ['agent'], unit: 'team-a', left: true },
  ],
};

/** Another tenant with the same staff numbers. */
export const shop: People = {
  tenant: 'shop',
  units: [{ id: 'centre', name: '商城' }],
  people: [
    { staffNumber: 'a1', name: '钱一', roles: ['agent'], unit: 'centre' },
    { staffNumber: 'fs', name: '钱二', roles: ['floor-supervisor'], unit: 'centre' },
  ],
};

/** The same people, with some of them changed. */
export function changed(people: People, staffNumber: string, patch: Partial<People['people'][number]>): People {
  return {
    ...people,
    people: people.people.map((person) => (person.staffNumber === staffNumber ? { ...person, ...patch } : person)),
  };
}
