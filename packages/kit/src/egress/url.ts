import { isIP } from 'node:net';
import type { AddressCheck } from './addresses.js';

export interface UrlRules {
  /** Plain http as well as https. */
  http?: boolean;
  /** Absent: any. */
  ports?: readonly number[];
  /** Names, or `*.example.com` for what lies below; absent: any. */
  hosts?: readonly string[];
  /** For addresses in the place of a name; absent: not looked at. */
  address?: AddressCheck;
}

export type CheckedUrl = { ok: true; url: URL } | { ok: false; code: string; message: string };

const LONGEST_URL = 2_048;
const LONGEST_HOST = 253;

/** Whether we would send to this URL, as far as that can be said before its name is resolved. */
export function checkUrl(text: string, rules: UrlRules): CheckedUrl {
  if (text.length > LONGEST_URL) return no('url-too-long', `longer than ${LONGEST_URL} characters`);
  // The parser drops tabs and line ends and turns \ into /: what a person reads would not be where it goes.
  if (/[\u0000-\u0020\u007f\\]/.test(text)) return no('url-invalid', 'holds white space or a backslash');
  if (!URL.canParse(text)) return no('url-invalid', 'is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.http)) {
    return no('url-scheme', rules.http ? 'must begin with https:// or http://' : 'must begin with https://');
  }
  if (url.username !== '' || url.password !== '') return no('url-userinfo', 'must not hold a user name or password');
  if (text.includes('#')) return no('url-fragment', 'must not hold a #');
  const host = hostOf(url);
  if (host === '' || host.length > LONGEST_HOST) return no('url-host', 'its host is missing or too long');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (rules.ports && !rules.ports.includes(port)) return no('url-port', `port ${port} is not allowed`);
  if (rules.hosts && !rules.hosts.some((allowed) => matches(host, allowed))) {
    return no('host-not-allowed', `the host ${host} is not in the list of allowed hosts`);
  }
  const literal = host.startsWith('[') ? host.slice(1, -1) : host;
  if (rules.address && isIP(literal) !== 0 && !rules.address(literal)) {
    return no('address-forbidden', 'leads to a private or special address');
  }
  return { ok: true, url };
}

/** Lower case (by the parser), without the root's dot. */
function hostOf(url: URL): string {
  return url.hostname.replace(/\.$/, '');
}

function matches(host: string, allowed: string): boolean {
  const wanted = allowed.toLowerCase().replace(/\.$/, '');
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function no(code: string, message: string): CheckedUrl {
  return { ok: false, code, message };
}
