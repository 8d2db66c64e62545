import { EarshotError } from '@earshot/model';

/** A secret that shows itself to who asks by name; `Secret` of `@earshot/kit` is one. A plain string is none. */
export interface Revealed {
  reveal(): string;
}

export interface ClickhouseAccess {
  /** `http://host:8123` or `https://host:8443`; a path is kept, for a server behind a proxy. */
  url: string;
  user: string;
  /** Left out only where a certificate takes its place: the server refuses both at once. */
  password?: Revealed;
  /** For a server whose certificate no public authority has signed, or that asks for a certificate. */
  tls?: ClickhouseTls;
}

export interface ClickhouseTls {
  /** PEM: the authority that signed the server's certificate. */
  ca: string;
  /** PEM of our own certificate and its key: with them the server knows the user by it. */
  cert?: string;
  key?: Revealed;
}

/** Names and passwords in an address end up in logs, and options there would overrule ours. */
export function checkedAddress(url: string): { url: string; pathname?: string } {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !['http:', 'https:'].includes(address.protocol))
    throw invalid('The address of the ClickHouse server is not http://… or https://….');
  if (address.username !== '' || address.password !== '')
    throw invalid('The address of the ClickHouse server holds a user or password; give them apart from it.');
  if (address.search !== '' || address.hash !== '')
    throw invalid('The address of the ClickHouse server holds options; there are none.');
  // In the address itself the client would take a path for the name of a database.
  return { url: address.origin, ...(address.pathname === '/' ? {} : { pathname: address.pathname }) };
}

/** What the client takes: a user with a password, or with a certificate. */
export function credentialsOf({ url, user, password, tls }: ClickhouseAccess) {
  if (user === '') throw invalid('The ClickHouse server needs a user.');
  if (tls && !url.startsWith('https:'))
    throw invalid('Certificates need an https:// address of the ClickHouse server.');
  if (!tls?.cert !== !tls?.key)
    throw invalid('A certificate for the ClickHouse server needs its key, and a key its certificate.');
  if (tls?.cert && tls.key) {
    if (password) throw invalid('The ClickHouse server takes a certificate or a password, not both.');
    const pair = { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key.reveal()) };
    return { username: user, password: '', tls: { ca_cert: Buffer.from(tls.ca), ...pair } };
  }
  if (!password || password.reveal() === '') throw invalid('The ClickHouse server needs a password.');
  return {
    username: user,
    password: password.reveal(),
    ...(tls ? { tls: { ca_cert: Buffer.from(tls.ca) } } : {}),
  };
}

function invalid(message: string): EarshotError {
  return new EarshotError('invalid', message);
}
