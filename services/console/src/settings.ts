import type { LiveLimits } from './live/channel.js';
import type { KeepLimits } from './state/evict.js';

export interface ConsoleSettings {
  /** Whose people sign-in links are for when nobody says otherwise. */
  defaultTenant: string;
  /** Language of the pages for whoever has not chosen one; absent: Chinese. */
  lang?: 'zh' | 'en';
  /** The address people use, e.g. `https://earshot.bank.example`; needed beyond loopback. */
  publicUrl?: string;
  /** Origins of the CRM pages that may frame the desk, e.g. `https://crm.bank.example`. */
  parentOrigins: readonly string[];
  /** Those pages are of another site than ours, so the desk's cookie needs SameSite=None (https only). */
  crossSiteDesk: boolean;
  sessionMs: number;
  signInLinkMs: number;
  ticketMs: number;
  connectionsPerPerson: number;
  /** Sign-ins that one address may try in a minute. */
  signInsPerMinute: number;
  /** Requests that one API key may make in a minute, at all consoles together. */
  requestsPerKeyPerMinute: number;
  /** Records of each partition that are read at the start, so that a restart of a busy centre is as short as any. */
  alertsBackRecords: number;
  /** At most; more than the rule engine reads again: what began before has its checkpoint within. */
  conversationsBackRecords: number;
  /** At least, though the rule engine has done with them: what somebody may still look at. */
  conversationsLeastBackRecords: number;
  /** How much later than due a deadline is decided, as the rule engine has it, ms. */
  lateness: { voiceMs: number; textMs: number };
  /** Lines kept of one conversation. */
  keepLines: number;
  keep: KeepLimits;
  live: LiveLimits;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const DEFAULT_SETTINGS: Omit<ConsoleSettings, 'defaultTenant'> = {
  parentOrigins: [],
  crossSiteDesk: false,
  sessionMs: 12 * HOUR_MS,
  signInLinkMs: 15 * MINUTE_MS,
  ticketMs: 30_000,
  connectionsPerPerson: 20,
  signInsPerMinute: 60,
  requestsPerKeyPerMinute: 3_000,
  alertsBackRecords: 10_000,
  conversationsBackRecords: 25_000,
  conversationsLeastBackRecords: 5_000,
  lateness: { voiceMs: 3_000, textMs: 1_000 },
  keepLines: 500,
  keep: {
    afterEndMs: 10 * MINUTE_MS,
    idleMs: 60 * MINUTE_MS,
    alertsMs: 24 * HOUR_MS,
    rows: 20_000,
    alerts: 20_000,
    transcriptUnits: 64 * 1024 * 1024,
  },
  live: {
    bufferedBytes: 256 * 1024,
    lagMs: 10_000,
    pingMs: 15_000,
    tickMs: 5_000,
    subscribeMs: 10_000,
    burst: 400,
    perSecond: 50,
    follows: 50,
  },
};
