import { EarshotError } from '@earshot/model';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

export interface HostGuardOptions {
  /** Address that the server is bound to. */
  bound: string;
  /** Further host names (without port) that people reach it by. */
  allowedHosts?: readonly string[];
}

export type HostGuard = (host: string | undefined, origin: string | undefined) => void;

/**
 * A page of a stranger can make a browser call loopback under its own host name (DNS rebinding) or post to it from its
 * own origin. Bound to loopback only known names are answered; anywhere, an `Origin` must be the host itself or allowed.
 * The guard throws `host-refused` or `origin-refused`.
 */
export function hostGuard(options: HostGuardOptions): HostGuard {
  const names = new Set(options.allowedHosts?.map((name) => name.toLowerCase()));
  const onLoopback = isLoopback(options.bound);
  if (onLoopback) for (const name of LOOPBACK_NAMES) names.add(name);
  return (host, origin) => {
    const name = host === undefined ? undefined : hostName(host);
    if (onLoopback && (name === undefined || !names.has(name))) {
      throw new EarshotError('host-refused', 'this host name is not served here');
    }
    if (origin === undefined) return;
    const from = originOf(origin);
    if (from && (from.host === host?.toLowerCase() || names.has(from.hostname))) return;
    throw new EarshotError('origin-refused', 'pages of this origin may not call this server');
  };
}

/** Without the port: `localhost:4000` → `localhost`, `[::1]:4000` → `[::1]`. */
function hostName(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:@/\\\s]+)(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
}

function originOf(origin: string): { host: string; hostname: string } | undefined {
  if (!/^https?:\/\/[^/\\@\s]+$/.test(origin) || !URL.canParse(origin)) return undefined;
  const { host, hostname } = new URL(origin);
  return { host, hostname };
}
