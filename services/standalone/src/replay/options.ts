import type { Lang } from '../texts.js';

/** What `./earshot replay` was asked; it comes as one JSON argument. */
export interface ReplayOptions {
  file: string;
  speed: 'max' | number;
  /** gRPC address of a running instance; absent: a throw-away one that tells nobody. */
  to?: string;
  /** PEM files for TLS to it: its authority, our certificate and key. */
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  /** Data folder of the running instance, for what came of it. */
  dataDir: string;
  rules?: string;
  json: boolean;
  lang: Lang;
}
