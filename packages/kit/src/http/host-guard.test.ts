import { describe, expect, test } from 'vitest';
import { hostGuard } from './host-guard.js';

const onLoopback = hostGuard({ bound: '127.0.0.1', allowedHosts: ['desk.local'] });
const outside = hostGuard({ bound: '0.0.0.0', allowedHosts: ['qa.bank.example'] });

describe('host and origin', () => {
  test.each([
    ['localhost:4000', undefined],
    ['127.0.0.1:4000', undefined],
    ['[::1]:4000', undefined],
    ['LOCALHOST', undefined],
    ['desk.local:80', undefined],
    ['localhost:4000', 'http://localhost:4000'],
    ['localhost:4000', 'http://localhost:5173'],
  ])('loopback answers host %s, origin %s', (host, origin) => {
    expect(() => onLoopback(host, origin)).not.toThrow();
  });

  test.each([
    [undefined, undefined],
    ['evil.example', undefined],
    ['evil.example:4000', undefined],
    ['localhost.evil.example', undefined],
    ['127.0.0.1.evil.example:4000', undefined],
    ['localhost@evil.example', undefined],
    ['localhost:4000:80', undefined],
    ['localhost:4000', 'http://evil.example'],
    ['localhost:4000', 'http://localhost.evil.example'],
    ['localhost:4000', 'http://localhost@evil.example'],
    ['localhost:4000', 'http://localhost:4000/path'],
    ['localhost:4000', 'file://localhost'],
    ['localhost:4000', 'null'],
    ['localhost:4000', ''],
  ])('loopback refuses host %s, origin %s', (host, origin) => {
    expect(() => onLoopback(host, origin)).toThrow(/not served here|may not call/);
  });

  test('beyond loopback an origin must be the host itself or allowed', () => {
    expect(() => outside('10.0.0.5:4000', 'http://10.0.0.5:4000')).not.toThrow();
    expect(() => outside('10.0.0.5:4000', 'https://qa.bank.example')).not.toThrow();
    expect(() => outside('10.0.0.5:4000', 'http://10.0.0.5:4001')).toThrow(/may not call/);
    expect(() => outside('10.0.0.5:4000', 'https://qa.bank.example.evil')).toThrow(/may not call/);
  });
});
