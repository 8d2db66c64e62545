import { POLICY } from '@earshot/kit/access';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startIngest } from './testing/start-ingest.js';

let door: Awaited<ReturnType<typeof startIngest>>;
beforeAll(async () => {
  door = await startIngest();
});
afterAll(() => door.close());

describe('what the running door offers', () => {
  test('every route and method has a policy of the table', () => {
    const { routes, methods } = door.ingest.registry();
    expect(routes.length).toBeGreaterThan(3);
    expect(methods.length).toBeGreaterThan(5);
    for (const { policy } of [...routes, ...methods]) expect(Object.keys(POLICY)).toContain(policy);
  });

  test('nothing is open to everybody but health, reflection and the documentation', () => {
    const { routes, methods } = door.ingest.registry();
    const open = [
      ...routes.filter(({ policy }) => POLICY[policy].ownership === 'public').map(({ url }) => url),
      ...methods.filter(({ policy }) => POLICY[policy].ownership === 'public').map(({ path }) => path),
    ];
    const expected = /^\/(livez|readyz|docs(\/.*)?|grpc\.health\.v1\.Health\/.*|grpc\.reflection\.v1(alpha)?\..*)$/;
    expect(open.filter((one) => !expected.test(one))).toEqual([]);
  });

  test('events go in by exactly three doors', () => {
    const { routes, methods } = door.ingest.registry();
    const doors = [
      ...routes.map(({ method, url, policy }) => ({ name: `${method} ${url}`, policy })),
      ...methods.map(({ path, policy }) => ({ name: path, policy })),
    ];
    expect(doors.filter(({ policy }) => policy === 'ingest.append').map(({ name }) => name)).toEqual([
      'POST /v1/conversations/:id/events',
      '/earshot.v1.IngestService/StreamEvents',
      '/earshot.v1.IngestService/AppendEvents',
    ]);
  });
});
