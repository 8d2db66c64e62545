import type { DeliveryDue } from '@earshot/model';
import type { SendOutcome } from '../domain/next-step.js';

export interface Recipient {
  tenant: string;
  /** Id of the route. */
  recipient: string;
}

/** One way out. Never throws; one call is one attempt. */
export interface Sender {
  send(to: Recipient, due: DeliveryDue, signal: AbortSignal): Promise<SendOutcome>;
  /** Epoch of the routes in force; a publication makes it rise. */
  routesEpoch(tenant: string): number;
}

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Resolves after `ms` or as soon as `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
