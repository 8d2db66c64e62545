import type { ParticipantRole, Severity } from '@earshot/model';
import type { Names } from '../../../client/src/live/state.js';
import { post } from '../../../client/src/live/who-am-i.js';

/** What the server tells of rules over HTTP. A text is a string or has both languages. */
export type Text = string | { zh?: string; en?: string };

interface Turn {
  role: ParticipantRole;
  text: string;
}
export type Example = string | Turn[] | { turns: Turn[] };

export interface Rule {
  id: string;
  title: Text;
  severity: Severity;
  points: number;
  tags: string[];
  roles: ParticipantRole[];
  on: 'final' | 'partial';
  source?: string;
  prompt: { what: Text; say: Text[]; next: Text };
  examples: { hit: Example[]; miss: Example[] };
}

export interface InForce {
  hash?: string;
  epoch?: number;
  rules: Rule[];
}

export interface RuleHits {
  ruleId: string;
  title: string;
  findings: number;
  conversations: number;
  takenBack: number;
  lastAtMs: number;
  byVersion: { ruleSetHash: string; findings: number; conversations: number }[];
}

export interface Hits {
  state: 'on' | 'off' | 'failed';
  days: number;
  rules: RuleHits[];
}

export interface Version {
  epoch: number;
  hash: string;
  by: string;
  atMs: number;
  action: 'start' | 'publish' | 'rollback';
  why: string;
  inForce: boolean;
}

export interface Versions {
  versions: Version[];
  names: Names;
}

export type Files = Readonly<Record<string, string>>;

export const readInForce = (signal: AbortSignal) => read<InForce>('/v1/rules', signal);
export const readHits = (signal: AbortSignal) => read<Hits>('/v1/rules/hits', signal);
export const readVersions = (signal: AbortSignal) => read<Versions>('/v1/rules/versions', signal);

/** A set never changes under its hash, so it is asked for once. Undefined: no longer known to the server. */
export function filesOf(hash: string): Promise<Files | undefined> {
  const known = files.get(hash);
  if (known) return known;
  const asked = fetch(`/v1/rules/versions/${encodeURIComponent(hash)}`).then(async (response) => {
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`rules answered ${response.status}`);
    return ((await response.json()) as { files: Files }).files;
  });
  files.set(hash, asked);
  asked.catch(() => files.delete(hash));
  return asked;
}

const files = new Map<string, Promise<Files | undefined>>();

/** Undefined: done; else why not, in the server's words. */
export async function rollBack(to: string, why: string): Promise<string | undefined> {
  const response = await post('/v1/rules/rollback', { to, why });
  if (response.ok) return undefined;
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  return message ?? String(response.status);
}

async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}
