import { hash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * A name derived from input: 26 characters of base32 over SHA-256, domain-separated by `kind`.
 * Parts are length-prefixed, so ('ab','c') and ('a','bc') differ.
 */
export function deriveId(kind: string, ...parts: (string | number)[]): string {
  let text = `earshot/${kind}`;
  for (const part of parts) {
    const own = String(part);
    text += `\0${own.length}:${own}`;
  }
  return base32(hash('sha256', text, 'buffer'), 26);
}

export function conversationKey(tenant: string, conversationId: string): string {
  return `${tenant}|${conversationId}`;
}

/** Key of a recipient in the deliveries topic: whoever works on its partition keeps this recipient's order. */
export function recipientKey(tenant: string, channel: string, recipient: string): string {
  return `${channel}|${tenant}|${recipient}`;
}

/** The same operation has the same name whoever decides it, and however often: the receiver's idempotency key. */
export function deliveryId(
  about: { alertId: string; channel: string; recipient: string },
  operation: string,
  cause: { offset: number; index: number },
): string {
  return deriveId('delivery', about.channel, about.recipient, about.alertId, operation, cause.offset, cause.index);
}

export function findingId(tenant: string, conversationId: string, ruleId: string, anchor: string): string {
  return deriveId('finding', tenant, conversationId, ruleId, anchor);
}

export function scoreId(
  tenant: string,
  conversationId: string,
  anchor: string,
  revision: number,
  model: string,
): string {
  return deriveId('score', tenant, conversationId, anchor, revision, model);
}

export function utteranceAnchor(leg: string, segment: number): string {
  return `u:${leg}:${segment}`;
}

function base32(bytes: Uint8Array, length: number): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < length) {
      bits -= 5;
      out += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return out;
}
