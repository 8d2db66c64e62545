import type { Alert } from '@earshot/model/alert';
import type { Names } from '../live/state.js';
import { staffText } from '../words/staff.js';
import type { Translate } from '../words/translate.js';

type Told = Pick<Alert, 'summary' | 'finding'>;

const ofKind = ({ summary }: Told, kind: 'customer' | 'agent' | 'topic') =>
  (summary.history ?? []).filter(({ subject }) => subject.kind === kind);

/** 7 天内第 3 次进线; undefined: the first one, or nothing is known of it. */
export function repeatContact(t: Translate, alert: Told): string | undefined {
  const count = Math.max(0, ...ofKind(alert, 'customer').map((one) => one.count));
  return count > 1 ? t('history.contacts', { count }) : undefined;
}

/** Other conversations that met what this alert is about. */
export function incident(t: Translate, alert: Told): string | undefined {
  const met = ofKind(alert, 'topic').filter(({ subject, count }) => count > 1 && subject.id === alert.finding.topic);
  return met[0] && t('history.topic', { topic: met[0].subject.id, count: met[0].count });
}

/** What the agents were found to say lately, of the kinds that this alert is of. */
export function agentHabits(t: Translate, names: Names, alert: Told): string[] {
  return ofKind(alert, 'agent').flatMap(({ subject, tags }) =>
    tags
      .filter(({ tag, count }) => count > 1 && alert.finding.tags.includes(tag))
      .map(({ tag, count }) => t('history.agent', { agent: staffText(names, subject.id), tag, count })),
  );
}

/** The customer's contacts before this one, newest first. */
export function earlierContacts(alert: Told) {
  return ofKind(alert, 'customer').flatMap(({ earlier }) => earlier);
}
