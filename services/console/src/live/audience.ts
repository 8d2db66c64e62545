import { decide, type StaffPrincipal } from '@earshot/kit/access';
import type { View } from '@earshot/wire/live';
import type { Conversation } from '../state/conversation.js';
import type { Outbox } from './outbox.js';

/** One page that has subscribed, with the eyes of one person. */
export interface Subscriber {
  readonly principal: StaffPrincipal;
  readonly view: View;
  readonly outbox: Outbox;
  /** Conversations whose words it asked for; a desk gets those of its own unasked. */
  readonly follows: Set<string>;
  /** Sends what the connection takes now. */
  pump(): void;
  /** It sees nothing any more and has to begin anew, if it still may. */
  revoked(): void;
}

/** A desk shows a person's own conversations, whatever else that person may see on the wall. */
export function maySee({ principal, view }: Subscriber, { agents, resource }: Conversation): boolean {
  if (view === 'desk' && !agents.includes(principal.staffNumber)) return false;
  return decide('alert.read', principal, resource).allow && decide('conversation.read', principal, resource).allow;
}

/** Who sees what, kept so that a message costs its readers and not everybody who is connected. */
export class Audience {
  private readonly byTenant = new Map<string, Set<Subscriber>>();
  private readonly seeing = new Map<Conversation, Set<Subscriber>>();
  private readonly listening = new Map<Conversation, Set<Subscriber>>();

  *subscribers(): Iterable<Subscriber> {
    for (const each of this.byTenant.values()) yield* each;
  }

  ofTenant(tenant: string): ReadonlySet<Subscriber> {
    return this.byTenant.get(tenant) ?? NOBODY;
  }

  of(conversation: Conversation): ReadonlySet<Subscriber> {
    return this.seeing.get(conversation) ?? NOBODY;
  }

  listeners(conversation: Conversation): ReadonlySet<Subscriber> {
    return this.listening.get(conversation) ?? NOBODY;
  }

  join(subscriber: Subscriber): void {
    into(this.byTenant, subscriber.principal.tenant, subscriber);
  }

  leave(subscriber: Subscriber): void {
    this.byTenant.get(subscriber.principal.tenant)?.delete(subscriber);
    for (const map of [this.seeing, this.listening]) {
      for (const [conversation, those] of map) {
        if (those.delete(subscriber) && those.size === 0) map.delete(conversation);
      }
    }
  }

  /** Nobody of the tenant sees anything any more; returns who did. */
  dissolve(tenant: string): Subscriber[] {
    const those = [...this.ofTenant(tenant)];
    this.byTenant.delete(tenant);
    for (const map of [this.seeing, this.listening]) {
      for (const conversation of map.keys()) if (conversation.tenant === tenant) map.delete(conversation);
    }
    return those;
  }

  see(conversation: Conversation, subscriber: Subscriber): void {
    into(this.seeing, conversation, subscriber);
    if (subscriber.view === 'desk' || subscriber.follows.has(conversation.id)) this.listen(conversation, subscriber);
  }

  unsee(conversation: Conversation, subscriber: Subscriber): void {
    this.seeing.get(conversation)?.delete(subscriber);
    this.unlisten(conversation, subscriber);
  }

  listen(conversation: Conversation, subscriber: Subscriber): void {
    into(this.listening, conversation, subscriber);
  }

  unlisten(conversation: Conversation, subscriber: Subscriber): void {
    this.listening.get(conversation)?.delete(subscriber);
  }

  forget(conversation: Conversation): void {
    this.seeing.delete(conversation);
    this.listening.delete(conversation);
  }
}

const NOBODY: ReadonlySet<Subscriber> = new Set();

function into<K>(map: Map<K, Set<Subscriber>>, key: K, subscriber: Subscriber): void {
  const those = map.get(key);
  if (those) those.add(subscriber);
  else map.set(key, new Set([subscriber]));
}
