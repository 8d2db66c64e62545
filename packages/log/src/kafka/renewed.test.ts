import { expect, test } from 'vitest';
import { Renewed } from './renewed.js';

function counted() {
  const opened: number[] = [];
  const shut: number[] = [];
  let openings = 0;
  const renewed = new Renewed(
    async () => {
      openings += 1;
      opened.push(openings);
      return openings;
    },
    async (client) => shut.push(client),
    (error) => (error as Error).message === 'connection lost',
  );
  return { renewed, opened, shut };
}

const failing = (message: string) => async () => {
  throw new Error(message);
};

test('a client is opened once, kept after an answer, and opened anew after a lost connection', async () => {
  const { renewed, opened, shut } = counted();
  await Promise.all([renewed.use(async () => undefined), renewed.use(async () => undefined)]);
  await expect(renewed.use(failing('refused'))).rejects.toThrow('refused');
  expect(opened).toEqual([1]);
  await expect(renewed.use(failing('connection lost'))).rejects.toThrow('connection lost');
  expect(await renewed.use(async (client) => client)).toBe(2);
  expect(shut).toEqual([1]);
});

test('an older user that fails late does not take the new client away', async () => {
  const { renewed } = counted();
  let fail: (error: Error) => void = () => undefined;
  const late = renewed.use(
    () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      }),
  );
  await expect(renewed.use(failing('connection lost'))).rejects.toThrow();
  await renewed.use(async () => undefined);
  fail(new Error('connection lost'));
  await expect(late).rejects.toThrow();
  expect(await renewed.use(async (client) => client)).toBe(2);
});

test('closing lets go of what is open and of nothing twice', async () => {
  const { renewed, shut } = counted();
  await renewed.use(async () => undefined);
  await renewed.close();
  await renewed.close();
  expect(shut).toEqual([1]);
});
