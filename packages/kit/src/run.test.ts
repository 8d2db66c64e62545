import { EventEmitter } from 'node:events';
import { EarshotError } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { type ExitCode, type ProcessHost, run } from './run.js';

function fakeProcess() {
  const events = new EventEmitter();
  const exits: ExitCode[] = [];
  const lines: string[] = [];
  const host: ProcessHost = {
    on: (event, listener) => void events.on(event, listener),
    off: (event, listener) => void events.off(event, listener),
    exit: (code) => void exits.push(code),
    complain: (line) => void lines.push(line),
  };
  return { events, exits, lines, host };
}

describe('run', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    test(`${signal} closes everything and exits 0`, async () => {
      const { events, exits, host } = fakeProcess();
      let closed = false;
      await run(
        async ({ scope }) => {
          scope.defer('server', () => {
            closed = true;
          });
          queueMicrotask(() => events.emit(signal));
        },
        { host },
      );
      expect([closed, exits]).toEqual([true, [0]]);
      expect(events.eventNames()).toEqual([]);
    });
  }

  test('a start that cannot go on says why in one line and exits 1', async () => {
    const { exits, lines, host } = fakeProcess();
    await run(() => Promise.reject(new EarshotError('port-taken', 'port 4000 is in use')), { host });
    expect([exits, lines]).toEqual([[1], ['port-taken: port 4000 is in use']]);
  });

  test('bad configuration exits 2', async () => {
    const { exits, host } = fakeProcess();
    const error = new EarshotError('config-invalid', 'bad', { detail: { exitCode: 2 } });
    await run(() => Promise.reject(error), { host });
    expect(exits).toEqual([2]);
  });

  test('a signal during the start rolls it back', async () => {
    const { events, exits, lines, host } = fakeProcess();
    const order: string[] = [];
    await run(
      async ({ scope }) => {
        scope.defer('log', () => order.push('log closed'));
        events.emit('SIGTERM');
        await new Promise(setImmediate);
        scope.defer('server', () => order.push('server closed'));
      },
      { host },
    );
    await new Promise(setImmediate);
    expect(exits).toEqual([0]);
    expect(lines).toEqual([]);
    expect(order).toEqual(['log closed', 'server closed']);
  });

  test('a teardown beyond the deadline is named and exits 1', async () => {
    const { events, exits, lines, host } = fakeProcess();
    await run(
      async ({ scope }) => {
        scope.defer('warehouse', () => new Promise(() => {}));
        queueMicrotask(() => events.emit('SIGINT'));
      },
      { host, deadlineMs: 10 },
    );
    expect([exits, lines]).toEqual([[1], ['stopping warehouse: did not stop in time']]);
  });

  test('a second signal exits at once', async () => {
    const { events, exits, host } = fakeProcess();
    await run(
      async ({ scope }) => {
        scope.defer('stuck', () => new Promise(() => {}));
        queueMicrotask(() => {
          events.emit('SIGINT');
          events.emit('SIGINT');
        });
      },
      { host, deadlineMs: 10 },
    );
    expect(exits[0]).toBe(1);
  });

  test('an unknown failure shows frames but never its message, which may quote input', async () => {
    const { exits, lines, host } = fakeProcess();
    await run(async () => JSON.parse('我的身份证'), { host });
    expect(exits).toEqual([1]);
    expect(lines.join('\n')).toContain('SyntaxError');
    expect(lines.join('\n')).not.toContain('身份证');
  });
});
