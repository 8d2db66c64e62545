import { type Contribution, HISTORY_WINDOW_MS, type HistoryCount } from '@earshot/model';
import type { SubjectHistory } from '@earshot/wire';

const MOST_EARLIER = 5;
const MOST_TAGS = 50;

type Count = Pick<HistoryCount, 'count' | 'tags' | 'earlier'>;

/** What is known of the subject in the window that ends with what this contribution says. */
export function countFor(
  { subject, contributions }: Pick<SubjectHistory, 'subject' | 'contributions'>,
  asks: Contribution,
): Count {
  const untilMs = newestMs(asks);
  const fromMs = untilMs - HISTORY_WINDOW_MS[subject.kind];
  const within = (atMs: number) => atMs > fromMs && atMs <= untilMs;
  switch (subject.kind) {
    case 'customer': {
      const contacts = byConversation(contributions.filter(({ atMs }) => within(atMs)));
      const earlier = contacts
        .filter(({ conversationId }) => conversationId !== asks.conversationId)
        .sort((a, b) => b.atMs - a.atMs || (a.conversationId < b.conversationId ? -1 : 1))
        .slice(0, MOST_EARLIER)
        .map(({ conversationId, channel, atMs }) => ({ conversationId, channel, atMs }));
      return { count: contacts.length, tags: [], earlier };
    }
    case 'agent': {
      const all = contributions.flatMap(({ findings }) => findings.filter(({ atMs }) => within(atMs)));
      const findings = [...new Map(all.map((one) => [one.id, one])).values()];
      const counts = new Map<string, number>();
      for (const tag of findings.flatMap(({ tags }) => [...new Set(tags)])) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      const tags = [...counts].map(([tag, count]) => ({ tag, count }));
      // Where there are too many, the most frequent are kept.
      tags.sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1));
      const kept = tags.slice(0, MOST_TAGS).sort((a, b) => (a.tag < b.tag ? -1 : 1));
      return { count: findings.length, tags: kept, earlier: [] };
    }
    case 'topic': {
      const met = contributions.filter(({ findings }) => findings.some(({ atMs }) => within(atMs)));
      return { count: byConversation(met).length, tags: [], earlier: [] };
    }
  }
}

/** When the latest of what it adds happened; without findings, when the conversation began. */
export function newestMs({ atMs, findings }: Contribution): number {
  return findings.reduce((latest, one) => Math.max(latest, one.atMs), atMs);
}

/** A conversation counts once, however many lives it had. */
function byConversation(contributions: readonly Contribution[]): Contribution[] {
  const first = new Map<string, Contribution>();
  for (const one of contributions) {
    const known = first.get(one.conversationId);
    if (!known || one.life < known.life) first.set(one.conversationId, one);
  }
  return [...first.values()];
}
