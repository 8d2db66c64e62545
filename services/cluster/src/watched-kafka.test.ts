import { afterEach, expect, test } from 'vitest';
import { watchKafka } from './watched-kafka.js';

let stop = () => {};
afterEach(() => stop());

/** A broker that takes connections after so many starts; the ones before it do not come up. */
function dyingBroker(comesUpAt: number) {
  const said: string[] = [];
  const broker = {
    address: '127.0.0.1:1',
    kill: async () => void said.push('kill'),
    start: async () => {
      said.push('start');
      if (said.filter((one) => one === 'start').length < comesUpAt) throw new Error('killed while starting');
    },
  };
  const outcome = new Promise<string>((resolve) => {
    const watch = watchKafka({
      broker,
      everyMs: 5,
      onGone: () => said.push('gone'),
      onBack: () => resolve('back'),
      onFailed: () => resolve('failed'),
    });
    stop = () => watch.stop();
  });
  return { said, outcome };
}

test('a Kafka that is killed while it starts again is started once more', async () => {
  const { said, outcome } = dyingBroker(3);
  expect(await outcome).toBe('back');
  expect(said).toEqual(['gone', 'kill', 'start', 'kill', 'start', 'kill', 'start']);
});

test('a Kafka that never comes up again is given up', async () => {
  const { said, outcome } = dyingBroker(100);
  expect(await outcome).toBe('failed');
  expect(said.filter((one) => one === 'start')).toHaveLength(5);
});
