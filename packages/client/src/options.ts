import { type ChannelCredentials, type ClientOptions as ChannelOptions, credentials, Metadata } from '@grpc/grpc-js';

export interface ClientOptions {
  /** `host:port` of the gRPC door. */
  address: string;
  /** Not needed on loopback while no key has been made. */
  apiKey?: string;
  /** What the words are: speech that was recognised, or typed text. Absent: by the channel of `started`, else text. */
  source?: 'voice' | 'text';
  /** TLS: `true` trusts the system's authorities. Default false: plain text. */
  tls?: boolean | ClientTls;
  /** Events on the way at once, per stream. More buys no speed, only waiting. */
  window?: number;
  /** After this long without an answer the waiting events are given back as `unreachable`, ms. */
  giveUpMs?: number;
}

export interface ClientTls {
  /** PEM of the authority that signed the door's certificate; absent: the system's. */
  ca?: string | Buffer;
  /** PEM of our certificate and its key, for a door that lets nobody in without one. */
  cert?: string | Buffer;
  key?: string | Buffer;
}

export const DEFAULT_WINDOW = 64;
export const DEFAULT_GIVE_UP_MS = 30_000;
/** What the door takes in one message. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

export function channelOf({ tls }: ClientOptions): {
  credentials: ChannelCredentials;
  options: Partial<ChannelOptions>;
} {
  return {
    credentials: tls ? secure(tls === true ? {} : tls) : credentials.createInsecure(),
    options: {
      'grpc.keepalive_time_ms': 15_000,
      'grpc.keepalive_timeout_ms': 10_000,
      // Its own state of the connection, not one shared with (and spoiled by) every other client of the process.
      'grpc.use_local_subchannel_pool': 1,
      // The defaults let a door that is back wait for minutes.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 2_000,
    },
  };
}

function secure({ ca, cert, key }: ClientTls): ChannelCredentials {
  const pem = (text: string | Buffer | undefined) => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(pem(ca), pem(key), pem(cert));
}

export function metadataOf({ apiKey, source }: ClientOptions): Metadata {
  const metadata = new Metadata();
  if (apiKey !== undefined) metadata.set('authorization', `Bearer ${apiKey}`);
  if (source !== undefined) metadata.set('earshot-source', source);
  return metadata;
}
