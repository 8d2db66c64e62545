import type { PathFault } from '../yaml-file.js';
import type { PeopleFile } from './people-schema.js';

/** What a schema cannot see: names given twice, units that do not exist, circles in the organisation. */
export function crossCheck(file: PeopleFile): PathFault[] {
  const faults: PathFault[] = [];
  const units = new Map(file.units.map((unit) => [unit.id, unit]));
  const repeats = (list: 'units' | 'people' | 'apiKeys', key: string, values: string[], code: string) => {
    const seen = new Set<string>();
    values.forEach((value, index) => {
      if (seen.has(value)) faults.push({ path: [list, index, key], code, message: `"${value}" is there twice` });
      seen.add(value);
    });
  };
  repeats(
    'units',
    'id',
    file.units.map((unit) => unit.id),
    'unit-repeated',
  );
  repeats(
    'people',
    'staffNumber',
    file.people.map((person) => person.staffNumber),
    'person-repeated',
  );
  repeats(
    'apiKeys',
    'sha256',
    file.apiKeys.map((key) => key.sha256),
    'key-repeated',
  );

  file.units.forEach((unit, index) => {
    if (unit.parent === undefined) return;
    const path = ['units', index, 'parent'];
    if (!units.has(unit.parent)) {
      faults.push({ path, code: 'unit-unknown', message: `there is no unit "${unit.parent}"` });
    } else if (isInCircle(unit.id, units)) {
      faults.push({ path, code: 'unit-circle', message: `unit "${unit.id}" is above itself` });
    }
  });
  file.people.forEach((person, index) => {
    if (units.has(person.unit)) return;
    const message = `there is no unit "${person.unit}"`;
    faults.push({ path: ['people', index, 'unit'], code: 'unit-unknown', message });
  });
  return faults;
}

function isInCircle(start: string, units: Map<string, { parent?: string }>): boolean {
  const seen = new Set<string>();
  let current: string | undefined = units.get(start)?.parent;
  while (current !== undefined && !seen.has(current)) {
    if (current === start) return true;
    seen.add(current);
    current = units.get(current)?.parent;
  }
  return false;
}
