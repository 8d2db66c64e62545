import { TOPICS } from '@earshot/wire';
import { z } from 'zod';
import { clusterTopics, type TopicSpec } from './topics.js';

/** Inbound topic → the tenant whose conversations it holds: who may write to the topic speaks for that tenant. */
export type InboundTopics = ReadonlyMap<string, string>;

/** So that no setting can make a topic of ours the source of itself. */
const NAMED = /^(\.[a-z0-9_-]+)*$/;
const TENANT = /^[^\s|=]+$/;

/** `earshot.inbound.v1=bank,earshot.inbound.v1.shop=shop` */
export function inboundSetting() {
  return z
    .string()
    .prefault('')
    .transform(inboundOf)
    .describe(
      `topics that contact centres publish to, each with its tenant: ${TOPICS.inbound}=bank, ${TOPICS.inbound}.shop=shop; none unless said`,
    );
}

function inboundOf(text: string, context: z.RefinementCtx): InboundTopics {
  const found = new Map<string, string>();
  for (const word of text.split(',').map((one) => one.trim())) {
    if (word === '') continue;
    const [topic = '', tenant = ''] = word.split('=').map((one) => one.trim());
    const isInbound = topic.startsWith(TOPICS.inbound) && NAMED.test(topic.slice(TOPICS.inbound.length));
    if (!isInbound || !TENANT.test(tenant)) {
      const message = `not "${word}": ${TOPICS.inbound} or ${TOPICS.inbound}.<name>, = and its tenant`;
      context.addIssue({ code: 'custom', message });
    } else if (found.has(topic)) context.addIssue({ code: 'custom', message: `"${topic}" has one tenant only` });
    else found.set(topic, tenant);
  }
  return found;
}

/** As the setting has it. */
export function inboundText(inbound: InboundTopics): string {
  return [...inbound].map(([topic, tenant]) => `${topic}=${tenant}`).join(',');
}

/** The topics that such a setting names. */
export function inboundTopics(inbound: InboundTopics, partitions: number): Record<string, TopicSpec> {
  const spec = clusterTopics(partitions)[TOPICS.inbound];
  return spec ? Object.fromEntries([...inbound.keys()].map((topic) => [topic, spec])) : {};
}
