import { isLoopback } from '@earshot/kit/http';
import { EarshotError } from '@earshot/model';

/** The origins whose pages may call this server: its own, nobody else's. */
export interface Origins {
  allows(origin: string | undefined): boolean;
  /** Where a person is sent: desks and walls get names of their own on loopback, see `forView`. */
  forView(view: 'desk' | 'wall'): string;
  /** Cookies travel encrypted only. */
  readonly secure: boolean;
}

/**
 * On loopback one browser can be an agent at `localhost` and a supervisor at `127.0.0.1` at once, because cookies
 * belong to a host name. Elsewhere there is one public address, which must be given.
 */
export function createOrigins(
  options: { host: string; publicUrl?: string; tls?: boolean },
  port: () => number,
): Origins {
  if (options.publicUrl !== undefined) {
    const { origin, protocol } = new URL(options.publicUrl);
    return { allows: (asked) => asked === origin, forView: () => origin, secure: protocol === 'https:' };
  }
  if (options.tls || !isLoopback(options.host)) {
    const why = options.tls ? 'to speak TLS' : `to listen on ${options.host}`;
    throw new EarshotError('public-url-missing', `${why}, say the public URL people will use`);
  }
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const bound = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    allows: (asked) => names.some((name) => asked === `http://${name}:${port()}`),
    forView: (view) => `http://${view === 'desk' ? 'localhost' : bound}:${port()}`,
    secure: false,
  };
}
