import type { People } from '@earshot/model';
import { parseYamlFile, type YamlFault } from '../yaml-file.js';
import type { ApiKey } from './api-key.js';
import { crossCheck } from './people-faults.js';
import { type PeopleFile, peopleSchema } from './people-schema.js';

export type PeopleFault = YamlFault;
export type ParsedPeople = { ok: true; people: People; keys: ApiKey[] } | { ok: false; faults: PeopleFault[] };

/** Reads `people.yaml`. Never throws: every mistake comes back with its place. */
export function parsePeople(yaml: string, file = 'people.yaml'): ParsedPeople {
  const parsed = parseYamlFile(yaml, file, peopleSchema, crossCheck);
  return parsed.ok ? { ok: true, ...toPeople(parsed.data) } : parsed;
}

function toPeople(file: PeopleFile): { people: People; keys: ApiKey[] } {
  const { tenant, units, people, apiKeys } = file;
  const keys = apiKeys.map(({ id, sha256, scopes, expires }): ApiKey => {
    const key: ApiKey = { id, tenant, sha256, scopes };
    if (expires !== undefined) key.expiresAtMs = Date.parse(expires);
    return key;
  });
  return { people: { tenant, units, people }, keys };
}
