import type { ContentClass, DeliveryDue } from '@earshot/model';
import { Webhook } from 'standardwebhooks';

/** The page of the alert, for people who may sign in there. */
export type LinkTo = (conversationId: string, alertId: string) => string | undefined;

/** Body of a webhook, after Standard Webhooks: type, timestamp, data. The same delivery always has the same words. */
export function webhookBody(tenant: string, due: DeliveryDue, allowed: ContentClass, linkTo: LinkTo): string {
  const { alertId, conversationId, operation, content } = due;
  const { ruleId, title, severity, reason, outcome, continues, units, businessLine, skillGroup, channel } = content;
  const evidence = allowed === 'masked-evidence' && content.evidence.length > 0 ? content.evidence : undefined;
  return JSON.stringify({
    type: `alert.${operation}`,
    timestamp: new Date(due.atMs).toISOString(),
    data: {
      tenant,
      alertId,
      conversationId,
      state: operation,
      reason,
      outcome,
      continues,
      severity,
      rule: { id: ruleId, title },
      team: { units, skillGroup, businessLine },
      channel,
      spokenAt: new Date(content.spokenMs).toISOString(),
      link: linkTo(conversationId, alertId),
      evidence: evidence?.map(({ role, startMs, quote }) => ({ role, at: new Date(startMs).toISOString(), quote })),
    },
  });
}

/** `webhook-id`, `webhook-timestamp`, `webhook-signature`: one signature for each secret. */
export function signedHeaders(id: string, body: string, secrets: readonly string[], nowMs: number) {
  const at = new Date(nowMs);
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Earshot-Webhook/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** `whsec_` and base64 of 24 to 64 bytes. */
export function isSigningSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return false;
  const { length } = Buffer.from(encoded, 'base64');
  return length >= 24 && length <= 64;
}
