import { useSyncExternalStore } from 'react';

/** The place on the page lives in the fragment, so that a link to a conversation can be passed on. */
export type Route =
  | { page: 'wall' }
  | { page: 'conversation'; conversationId: string; alertId?: string }
  | { page: 'search'; q: string };

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
  const q = params.get('q');
  return path === '/search' && q ? { page: 'search', q } : { page: 'wall' };
}

export function formatRoute(route: Route): string {
  if (route.page === 'search') return `#/search?q=${encodeURIComponent(route.q)}`;
  if (route.page === 'wall') return '#/';
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
