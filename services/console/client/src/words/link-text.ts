import type { Link } from '../live/state.js';
import type { Translate } from './translate.js';

/** One plain phrase for the state of the connection. */
export function linkText(t: Translate, link: Link, nowMs: number): string {
  if (link.phase === 'live' && link.behindMs > 0) {
    return t('link.behind', { seconds: Math.round(link.behindMs / 1000) });
  }
  return t(`link.${link.phase}`, {
    seconds: Math.max(0, Math.round((nowMs - link.sinceMs) / 1000)),
    attempt: link.attempt,
  });
}

export function linkTone(link: Link): 'good' | 'waiting' | 'bad' {
  if (link.phase === 'live') return link.behindMs > 0 ? 'waiting' : 'good';
  return link.phase === 'connecting' || link.phase === 'catching-up' ? 'waiting' : 'bad';
}
