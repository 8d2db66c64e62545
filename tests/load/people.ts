import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Floor {
  yaml: string;
  agents: string[];
  supervisors: string[];
}

/** A floor of this size: agents in one unit, supervisors over all. */
export function floorOf(agentCount: number, supervisorCount: number): Floor {
  const agents = Array.from({ length: agentCount }, (_, i) => String(100_000 + i));
  const supervisors = Array.from({ length: supervisorCount }, (_, i) => String(300_000 + i));
  const person = (role: string, unit: string) => (number: string) =>
    `  - { staffNumber: "${number}", name: ${role}${number}, roles: [${role}], unit: ${unit} }`;
  const people = [...agents.map(person('agent', 'desks')), ...supervisors.map(person('floor-supervisor', 'floor'))];
  const units = ['  - { id: floor, name: floor }', '  - { id: desks, name: desks, parent: floor }'];
  return {
    agents,
    supervisors,
    yaml: ['tenant: demo', 'units:', ...units, 'people:', ...people, 'apiKeys: []', ''].join('\n'),
  };
}

/** A session cookie as the console makes it, by whoever may read the data folder: 600 people do not click links. */
export function sessionCookie(dataDir: string, staffNumber: string): string {
  const key = Buffer.from(readFileSync(join(dataDir, 'keys', 'session.key'), 'utf8'), 'base64url');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 12 * 3_600;
  const claims = {
    tenant: 'demo',
    jti: randomUUID(),
    sub: staffNumber,
    iss: 'earshot-console',
    aud: 'earshot-console',
    begun: Date.now(),
    exp,
  };
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
  return `earshot=${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
