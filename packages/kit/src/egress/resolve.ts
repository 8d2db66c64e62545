import { promises as dns } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { EarshotError } from '@earshot/model';
import type { AddressCheck } from './addresses.js';

/** Every address of a name. Throws what the resolver throws. */
export type Resolve = (host: string) => Promise<string[]>;

const QUERY_MS = 3_000;

/**
 * Asks DNS over the event loop; the system's own resolver (hosts file) only when DNS knows nothing. The system's one
 * blocks a thread of a small shared pool per name, so a dead name server would hold up everybody's files.
 */
export function systemResolve(): Resolve {
  const resolver = new dns.Resolver({ timeout: QUERY_MS, tries: 2 });
  return async (host) => {
    if (isIP(host) !== 0) return [host];
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    return (await dns.lookup(host, { all: true })).map(({ address }) => address);
  };
}

/**
 * A `lookup` for sockets: resolves once and hands on exactly the addresses that were checked, so that no second answer
 * can lead elsewhere. One forbidden address among them refuses the name: which one is used would be chance.
 */
export function checkedLookup(resolve: Resolve, allowed: AddressCheck): LookupFunction {
  return (host, options, done) => {
    const answer = async () => {
      const addresses = await resolve(host);
      if (addresses.length === 0) throw new EarshotError('dns-failed', 'the name has no address', { retry: true });
      if (!addresses.every(allowed)) {
        throw new EarshotError('address-forbidden', 'the name leads to a private or special address');
      }
      return addresses.map((address) => ({ address, family: isIP(address) }));
    };
    answer().then(
      (list) => (options.all ? done(null, list) : done(null, list[0]?.address ?? '', list[0]?.family)),
      (error: NodeJS.ErrnoException) => done(error, '', 0),
    );
  };
}
