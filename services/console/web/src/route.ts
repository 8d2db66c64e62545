import { useSyncExternalStore } from 'react';

/** The place on the page lives in the fragment, so that a link to a conversation can be passed on. */
export type Route =
  | { page: 'wall' }
  | { page: 'conversation'; conversationId: string; alertId?: string }
  | { page: 'search'; q: string }
  | RulesRoute;

export type RulesRoute = { page: 'rules'; ruleId?: string } | { page: 'versions'; epoch?: number };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const params = new URLSearchParams(query);
  const id = /^\/c\/(.+)$/.exec(path)?.[1];
  if (id !== undefined) {
    const alertId = params.get('alert');
    const conversationId = decode(id);
    return alertId === null
      ? { page: 'conversation', conversationId }
      : { page: 'conversation', conversationId, alertId };
  }
  if (path === '/rules') {
    const ruleId = params.get('rule');
    return ruleId === null ? { page: 'rules' } : { page: 'rules', ruleId };
  }
  const epoch = /^\/rules\/versions(?:\/(\d{1,15}))?$/.exec(path);
  if (epoch) return epoch[1] === undefined ? { page: 'versions' } : { page: 'versions', epoch: Number(epoch[1]) };
  const q = params.get('q');
  return path === '/search' && q ? { page: 'search', q } : { page: 'wall' };
}

export function formatRoute(route: Route): string {
  if (route.page === 'search') return `#/search?q=${encodeURIComponent(route.q)}`;
  if (route.page === 'wall') return '#/';
  if (route.page === 'rules')
    return route.ruleId === undefined ? '#/rules' : `#/rules?rule=${encodeURIComponent(route.ruleId)}`;
  if (route.page === 'versions') return `#/rules/versions${route.epoch === undefined ? '' : `/${route.epoch}`}`;
  const alert = route.alertId === undefined ? '' : `?alert=${encodeURIComponent(route.alertId)}`;
  return `#/c/${encodeURIComponent(route.conversationId)}${alert}`;
}

export function go(route: Route): void {
  window.location.hash = formatRoute(route);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(onHash, () => window.location.hash);
  return parseRoute(hash);
}

function onHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** A hand-typed address may hold half an escape. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
