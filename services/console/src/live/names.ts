import type { Alert } from '@earshot/model';
import type { ConversationRow, ServerMessage } from '@earshot/wire/live';
import type { Access } from '../access.js';

type NameOf = (staffNumber: string) => string | undefined;

/** Names go with the things that a person sees anyway, and only with those. */
export interface NameTag {
  /** These staff numbers stand in the message that is being composed. */
  mention(staffNumbers: Iterable<string>): void;
  /** The message that has to go before it; undefined: everybody in it has been named. */
  news(): string | undefined;
}

/** Each name is told once a connection. */
export function createNameTag(nameOf: NameOf): NameTag {
  const told = new Set<string>();
  let fresh: string[] = [];
  return {
    mention(staffNumbers) {
      for (const staffNumber of staffNumbers) {
        if (told.has(staffNumber)) continue;
        told.add(staffNumber);
        fresh.push(staffNumber);
      }
    },
    news() {
      if (fresh.length === 0) return undefined;
      const names = namesOf(nameOf, fresh);
      fresh = [];
      return Object.keys(names).length === 0
        ? undefined
        : JSON.stringify({ type: 'names', names } satisfies ServerMessage);
    },
  };
}

/** Everybody whom an alert names. */
export function staffOfAlert({ agents, summary, claimedBy, shownTo }: Alert): string[] {
  return [...agents, ...summary.agents, ...shownTo, ...(claimedBy === undefined ? [] : [claimedBy])];
}

/** Names for an answer over HTTP; the rows and alerts in it have passed the policy. */
export function namesIn(
  access: Access,
  tenant: string,
  { rows = [], alerts = [] }: { rows?: readonly ConversationRow[]; alerts?: readonly Alert[] },
): Record<string, string> {
  const mentioned = new Set([...rows.flatMap((row) => row.agents), ...alerts.flatMap(staffOfAlert)]);
  return namesOf((staffNumber) => access.person(tenant, staffNumber)?.name, mentioned);
}

function namesOf(nameOf: NameOf, staffNumbers: Iterable<string>): Record<string, string> {
  const pairs = [...staffNumbers].flatMap((staffNumber) => {
    const name = nameOf(staffNumber);
    return name ? [[staffNumber, name] as const] : [];
  });
  return Object.fromEntries(pairs);
}
