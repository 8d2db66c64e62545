import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEgress, type EgressSettings } from './egress.js';
import { checkUrl } from './url.js';

const ANY_PORT = Array.from({ length: 65_535 }, (_, index) => index + 1);
const OPEN: EgressSettings = { ports: ANY_PORT, http: true, privateRanges: [], timeoutMs: 1_000 };
const REQUEST = { headers: {}, body: '{}' };
const signal = new AbortController().signal;

/** Names as a hostile name server would answer them. */
const NAMES: Record<string, string[]> = {
  'private.example': ['10.1.2.3'],
  'loop.example': ['127.0.0.1'],
  'loop6.example': ['::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'both.example': ['93.184.216.34', '127.0.0.1'],
  'both6.example': ['2606:4700::1111', '::1'],
  'empty.example': [],
  localhost: ['127.0.0.1', '::1'],
};

let canary: Server;
let canary6: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  const count = (socket: Socket) => {
    connections += 1;
    socket.destroy();
  };
  canary = createServer(count);
  await new Promise<void>((resolve) => canary.listen(0, '0.0.0.0', resolve));
  port = (canary.address() as { port: number }).port;
  canary6 = createServer(count);
  // A machine without IPv6 still runs the rest.
  await new Promise<void>((resolve) => canary6.once('error', () => resolve()).listen(port, '::1', resolve));
});
afterAll(() => {
  canary.close();
  canary6.close();
});

const resolve = async (host: string) => NAMES[host.replace(/\.$/, '')] ?? ['127.0.0.1'];

/** `P` stands for the port that the listener is on. */
const BAD_HOSTS = [
  ...['127.0.0.1', '127.1', '127.0.1', '0', '0.0.0.0', '0x7f000001', '0x7f.1', '2130706433', '017700000001'],
  ...['0177.0.0.1', '0x7f.0x0.0x0.0x1', '127.0.0.1.', '127。0。0。1', '１２７.0.0.1', '①②⑦.0.0.1', '127.255.255.254'],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::ffff:0:7f00:1]',
  ],
  ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]', '[fec0::1]'],
  ...['[fd00:ec2::254]', '[fc00::1]', '[ff02::1]', '[2001:db8::1]', '[100::1]', '169.254.169.254', '169.254.170.2'],
  ...['0xa9fea9fe', '2852039166', '[::ffff:169.254.169.254]', '100.100.100.200', '100.64.0.1', '100.127.255.255'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255', '198.18.0.1'],
  ...['198.19.255.255', '192.0.0.8', '192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '224.0.0.1'],
  ...['239.255.255.255', '240.0.0.1', '255.255.255.255', 'localhost', 'localhost.', 'LOCALHOST', 'private.example'],
  ...['loop.example', 'loop6.example', 'mapped.example', 'metadata.example', 'both.example', 'both6.example'],
  ...['empty.example', 'xn--fsqu00a.example', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', `${'a'.repeat(64)}.example`, `${'a.'.repeat(130)}example`],
];
const BAD_URLS = [
  ...['http://user@public.example:P/', 'http://user:pass@public.example:P/', 'http://public.example#@127.0.0.1:P/'],
  ...['http://public.example:P/#x', 'http://127.0.0.1\\@public.example:P/', 'http:\\\\127.0.0.1:P/'],
  ...[
    'http://127.0.0.1:P\t/',
    'http://127.0.0.1\n:P/',
    ' http://127.0.0.1:P/',
    'ht\ntp://127.0.0.1:P/',
    '\u0000http://127.0.0.1:P/',
  ],
  ...['file:///etc/passwd', 'gopher://127.0.0.1:P/_x', 'data:text/plain,x', 'ftp://127.0.0.1:P/', 'ws://127.0.0.1:P/'],
  ...[
    'javascript:alert(1)',
    'unix:///var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    '//127.0.0.1:P/',
  ],
  ...['http://', 'http:///', 'https://?x', '127.0.0.1:P', '', `http://public.example/${'a'.repeat(2_100)}`],
];

describe('nothing inside is reached', () => {
  const urls = [...BAD_HOSTS.map((host) => `http://${host}:P/hook`), ...BAD_URLS];
  test(`by any of ${urls.length} bad URLs`, async () => {
    const egress = createEgress(OPEN, resolve);
    for (const url of urls) {
      const answer = await egress.post({ ...REQUEST, url: url.replace('P', String(port)) }, signal);
      // Refused by us: a time-out would only mean that nobody listened there.
      const code = answer.kind === 'failed' ? answer.code : 'answered';
      expect(code, url).toMatch(/^(url-|address-forbidden|dns-failed)/);
    }
    await egress.close();
    expect(connections).toBe(0);
  });

  test('by ports that are not allowed, or by plain http unless it is', () => {
    for (const bad of [22, 25, 6379, 9092, 80]) {
      expect(checkUrl(`https://public.example:${bad}/`, { ports: [443, 8443] }), String(bad)).toMatchObject({
        ok: false,
      });
    }
    expect(checkUrl('http://public.example/', {})).toMatchObject({ code: 'url-scheme' });
    expect(checkUrl('https://public.example/', { ports: [443] })).toMatchObject({ ok: true });
  });

  test('by a name that changes its answer: it is asked once, and that answer is used', async () => {
    let asked = 0;
    const allowed = { ...OPEN, timeoutMs: 300, privateRanges: ['192.0.2.0/24'] };
    const egress = createEgress(allowed, async () => (asked++ === 0 ? ['192.0.2.1'] : ['127.0.0.1']));
    await egress.post({ ...REQUEST, url: `http://rebind.example:${port}/` }, signal);
    expect(asked).toBe(1);
    await egress.close();
    expect(connections).toBe(0);
  });

  test('the listener would have seen it: with the range allowed it does', async () => {
    const egress = createEgress({ ...OPEN, privateRanges: ['127.0.0.0/8'] }, resolve);
    await egress.post({ ...REQUEST, url: `http://loop.example:${port}/` }, signal);
    await egress.close();
    expect(connections).toBeGreaterThan(0);
  });
});

describe('what the operator says', () => {
  test('only named hosts, and what lies below a starred one', () => {
    const hosts = ['hooks.example.com', '*.partner.example'];
    for (const good of ['hooks.example.com', 'HOOKS.example.com', 'hooks.example.com.', 'a.partner.example']) {
      expect(checkUrl(`https://${good}/`, { hosts }), good).toMatchObject({ ok: true });
    }
    for (const bad of ['example.com', 'hooks.example.com.evil.example', 'xhooks.example.com', 'partner.example']) {
      expect(checkUrl(`https://${bad}/`, { hosts }), bad).toMatchObject({ code: 'host-not-allowed' });
    }
  });

  test('a proxy needs a list of hosts, and its password is in no message', () => {
    const proxy = { reveal: () => 'http://user:CANARY@:bad:proxy' } as EgressSettings['proxy'];
    expect(() => createEgress({ ...OPEN, ...(proxy && { proxy }) })).toThrow('name the hosts');
    expect(() => createEgress({ ...OPEN, hosts: ['a.example'], ...(proxy && { proxy }) })).toThrow(/^(?!.*CANARY).*$/);
  });

  test.each(['10.0.0.0/33', 'x', '10.0.0.0/', '::/200'])('a range that is none is refused: %s', (range) => {
    expect(() => createEgress({ ...OPEN, privateRanges: [range] })).toThrow('not a range');
  });
});
