import { afterEach, expect, test } from 'vitest';
import { watchServer } from './watched-server.js';

let stop = () => {};
afterEach(() => stop());

/** A server that takes connections after so many starts; the ones before it do not come up. */
function dyingServer(comesUpAt: number) {
  const said: string[] = [];
  const server = {
    address: '127.0.0.1:1',
    kill: async () => void said.push('kill'),
    start: async () => {
      said.push('start');
      if (said.filter((one) => one === 'start').length < comesUpAt) throw new Error('killed while starting');
    },
  };
  const outcome = new Promise<string>((resolve) => {
    const watch = watchServer({
      server,
      everyMs: 5,
      onGone: () => said.push('gone'),
      onBack: () => resolve('back'),
      onFailed: () => resolve('failed'),
    });
    stop = () => watch.stop();
  });
  return { said, outcome };
}

test('a server that is killed while it starts again is started once more', async () => {
  const { said, outcome } = dyingServer(3);
  expect(await outcome).toBe('back');
  expect(said).toEqual(['gone', 'kill', 'start', 'kill', 'start', 'kill', 'start']);
});

test('a server that never comes up again is given up', async () => {
  const { said, outcome } = dyingServer(100);
  expect(await outcome).toBe('failed');
  expect(said.filter((one) => one === 'start')).toHaveLength(5);
});
