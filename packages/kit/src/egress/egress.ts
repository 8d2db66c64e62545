import { EarshotError } from '@earshot/model';
import type { Agent, Dispatcher, ProxyAgent } from 'undici';
import type { Secret } from '../secret.js';
import { type AddressCheck, addressCheck } from './addresses.js';
import { failureCode } from './failure.js';
import { checkedLookup, type Resolve, systemResolve } from './resolve.js';
import { checkUrl, type UrlRules } from './url.js';

export interface EgressSettings {
  /** Hosts that may be sent to; absent: any public one. */
  hosts?: readonly string[];
  ports: readonly number[];
  /** Plain http as well. */
  http: boolean;
  /** Ranges of private addresses that may be sent to, e.g. `10.1.2.0/24`. */
  privateRanges: readonly string[];
  /** Everything goes through it. It resolves the names, so `hosts` must be given. */
  proxy?: Secret;
  /** Certificate authorities to trust besides the known ones, PEM. */
  ca?: readonly string[];
  /** For one request with everything, ms. */
  timeoutMs: number;
}

export interface EgressRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What became of a request. What the receiver wrote is never part of it. */
export type EgressAnswer =
  | { kind: 'answered'; status: number; retryAfter?: string }
  /** `mistaken`: the same request will hardly succeed later (forbidden address, bad URL, certificate). */
  | { kind: 'failed'; code: string; mistaken: boolean };

/** The only way from this process to addresses that users name. */
export interface Egress {
  rules: UrlRules;
  /** Never throws. No redirect is followed. */
  post(request: EgressRequest, signal: AbortSignal): Promise<EgressAnswer>;
  close(): Promise<void>;
}

const MOST_RESPONSE_BYTES = 64 * 1024;
const MOST_HEADER_BYTES = 16 * 1024;

/**
 * Throws `cidr-invalid`, `proxy-needs-hosts` or `proxy-invalid` (exit code 2). The HTTP client is loaded with the first
 * request: a restart does not wait for it.
 */
export function createEgress(settings: EgressSettings, resolve: Resolve = systemResolve()): Egress {
  const address = addressCheck(settings.privateRanges);
  const { hosts, ports, http, timeoutMs } = settings;
  const rules: UrlRules = { ports, http, address, ...(hosts ? { hosts } : {}) };
  const way = wayOut(settings, address, resolve);
  let opened: Promise<Client> | undefined;

  return {
    rules,
    async post({ url, headers, body }, signal) {
      const checked = checkUrl(url, rules);
      if (!checked.ok) return { kind: 'failed', code: checked.code, mistaken: true };
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        opened ??= open(way);
        const { request, dispatcher } = await opened;
        const answer = await request(checked.url, { method: 'POST', headers, body, dispatcher, signal: limit });
        // The status is the answer; the rest is read away only so that the connection can be used again.
        answer.body.on('error', () => undefined);
        answer.body.dump({ limit: MOST_RESPONSE_BYTES, signal: limit }).catch(() => answer.body.destroy());
        const { 'retry-after': after } = answer.headers;
        return {
          kind: 'answered',
          status: answer.statusCode,
          ...(typeof after === 'string' ? { retryAfter: after } : {}),
        };
      } catch (thrown) {
        return { kind: 'failed', ...failureCode(thrown) };
      }
    },
    // What could not be opened has failed its requests already.
    close: async () => (await opened?.catch(() => undefined))?.dispatcher.destroy(),
  };
}

interface Client {
  request: typeof import('undici').request;
  dispatcher: Dispatcher;
}

type Way = { direct: Agent.Options } | { proxy: ProxyAgent.Options };

async function open(way: Way): Promise<Client> {
  const { Agent, ProxyAgent, request } = await import('undici');
  return { request, dispatcher: 'direct' in way ? new Agent(way.direct) : new ProxyAgent(way.proxy) };
}

function wayOut(settings: EgressSettings, address: AddressCheck, resolve: Resolve): Way {
  const { timeoutMs, ca, proxy, hosts } = settings;
  const trust = ca ? { ca: [...ca] } : {};
  const limits = {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: MOST_HEADER_BYTES,
    pipelining: 1,
  };
  if (!proxy) {
    const lookup = checkedLookup(resolve, address);
    return { direct: { ...limits, connect: { ...trust, timeout: timeoutMs, lookup } } };
  }
  if (!hosts) {
    throw new EarshotError('proxy-needs-hosts', 'a proxy resolves names itself: name the hosts that may be sent to', {
      detail: { exitCode: 2 },
    });
  }
  const uri = proxy.reveal();
  // Without the cause: it would quote the URL, and with it the proxy's password.
  if (!isProxyUrl(uri)) {
    throw new EarshotError('proxy-invalid', 'the URL of the proxy cannot be used', { detail: { exitCode: 2 } });
  }
  return { proxy: { ...limits, uri, requestTls: trust, proxyTls: trust } };
}

function isProxyUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
