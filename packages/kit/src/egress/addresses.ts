import { BlockList, isIP } from 'node:net';
import { EarshotError } from '@earshot/model';

/** What IANA has set apart: none of it is a public receiver. */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** Inside global unicast: tunnels that carry a hidden IPv4 address, documentation, benchmarks, identifiers. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export type AddressCheck = (address: string) => boolean;

/**
 * Whether an IP address may be connected to: public unicast, or in a range that the operator named.
 * Throws `cidr-invalid` (exit code 2).
 */
export function addressCheck(privateRanges: readonly string[] = []): AddressCheck {
  const special = blockList([...SPECIAL_V4, ...SPECIAL_V6]);
  const global = blockList(['2000::/3']);
  const named = blockList(privateRanges);
  return (address) => {
    const family = isIP(address);
    if (family === 0) return false;
    const mapped = family === 6 ? mappedV4(address) : undefined;
    if (family === 4 || mapped !== undefined) {
      const plain = mapped ?? address;
      return named.check(plain, 'ipv4') || !special.check(plain, 'ipv4');
    }
    if (named.check(address, 'ipv6')) return true;
    return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
  };
}

/** The IPv4 address inside `::ffff:a.b.c.d` in whatever spelling; the URL parser gives it as two hex groups. */
function mappedV4(address: string): string | undefined {
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!groups) return undefined;
  const [high, low] = [Number.parseInt(groups[1] ?? '', 16), Number.parseInt(groups[2] ?? '', 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address);
    const width = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? width : Number(bits);
    if (family === 0 || bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > width) {
      throw new EarshotError('cidr-invalid', `"${range}" is not a range of addresses like 10.0.0.0/8`, {
        detail: { exitCode: 2 },
      });
    }
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
