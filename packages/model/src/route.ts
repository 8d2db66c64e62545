import type { Severity } from './vocabulary.js';

/** What may leave the house: a reference (rule, severity, team, link), or the masked words as well. */
export const CONTENT_CLASSES = ['reference', 'masked-evidence'] as const;
export type ContentClass = (typeof CONTENT_CLASSES)[number];

/** Where a signing secret lies; the secret itself is never published. */
export type SecretReference = { file: string } | { env: string };

/** One way out of the house, for the alerts that all its filters let through. */
export interface Route {
  id: string;
  url: string;
  /** The first signs for ever, a second one while secrets are being changed. */
  secrets: SecretReference[];
  severities: Severity[];
  /** Alerts of agents in one of these units or below; absent: of everybody. */
  units?: string[];
  skillGroups?: string[];
  content: ContentClass;
}

/** One tenant's routes, as `routes.yaml` gives them. */
export interface Routes {
  tenant: string;
  /** Hosts that routes may name; absent: any that the operator allows. */
  hosts?: string[];
  routes: Route[];
}
