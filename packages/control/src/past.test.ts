import type { ControlContent, ControlRecord } from '@earshot/model';
import { expect, test } from 'vitest';
import { createControlPast } from './past.js';

function record(epoch: number, content: ControlContent, tenant = 'bank'): ControlRecord {
  return { epoch, tenant, by: 'start', atMs: 0, hash: `h${epoch}`, content };
}

function routes(epoch: number, ...ids: string[]): ControlRecord {
  const list = ids.map((id) => `  - { id: ${id}, url: "https://a.example/", secrets: [{ file: s }] }`).join('\n');
  return record(epoch, { kind: 'routes', yaml: `tenant: bank\nroutes:${ids.length > 0 ? `\n${list}` : ' []'}\n` });
}

function people(epoch: number, unit: string): ControlRecord {
  const units = 'units: [{ id: centre, name: c }, { id: wealth, name: w, parent: centre }, { id: cards, name: k }]';
  const list = `people: [{ staffNumber: "0012", name: n, roles: [agent], unit: ${unit} }]`;
  return record(epoch, { kind: 'people', yaml: `tenant: bank\n${units}\n${list}\n` });
}

test('the same epoch always gives the same routes and units, whatever is published later', () => {
  const past = createControlPast();
  const at = (epoch: number) => {
    const table = past.at('bank', epoch);
    return [table.routes.map(({ id }) => id), table.unitsOf('0012')];
  };
  for (const one of [people(1, 'wealth'), routes(2, 'a'), routes(4, 'b'), people(5, 'cards'), routes(6, 'a')])
    past.take(one);
  expect(at(0)).toEqual([[], []]);
  expect(at(1)).toEqual([[], ['wealth', 'centre']]);
  expect(at(3)).toEqual([['a'], ['wealth', 'centre']]);
  expect(at(4)).toEqual([['b'], ['wealth', 'centre']]);
  expect(at(9)).toEqual([['a'], ['cards']]);
  expect(past.routes('bank')).toMatchObject({ epoch: 6, routes: [{ id: 'a' }] });
  expect(past.at('other', 9).routes).toEqual([]);
});

test('an epoch that has not been read here is unknown', () => {
  const past = createControlPast();
  past.take(routes(3));
  expect([past.known(3), past.known(4)]).toEqual([true, false]);
});

test('what this version cannot read any more leaves the former in force', () => {
  const past = createControlPast();
  past.take(routes(1, 'a'));
  past.take(record(2, { kind: 'routes', yaml: 'tenant: bank\nroutes: [{ shape: new }]\n' }));
  expect(past.at('bank', 2).routes).toMatchObject([{ id: 'a' }]);
});
