import type { Me } from './state.js';

export interface SignedIn extends Me {
  /** What the product was started in. */
  lang?: string;
  /** What may be done with the rules; absent: they are not shown. */
  rules?: 'read' | 'publish';
  /** False: may not connect, for there is no conversation that this person may see. */
  live?: false;
  /** Address of the HTTP door, for whoever wants to send something in. */
  ingestUrl?: string;
}

export type Start = { kind: 'ready'; me: SignedIn } | { kind: 'signed-out' } | { kind: 'refused' };

/** Who is at this browser. Throws while the server cannot be reached. */
export async function whoAmI(): Promise<Start> {
  const response = await fetch('/v1/me');
  if (response.status === 401) return { kind: 'signed-out' };
  if (response.status === 403) return { kind: 'refused' };
  if (!response.ok) throw new Error(`/v1/me answered ${response.status}`);
  return { kind: 'ready', me: (await response.json()) as SignedIn };
}

/** Changes something on the server; the header is what a foreign page cannot send. */
export function post(path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { 'x-earshot-csrf': '1' };
  if (body === undefined) return fetch(path, { method: 'POST', headers });
  headers['content-type'] = 'application/json';
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
