/** What a control record publishes. Content is kept as it was written, so its hash can be checked. */
export type ControlContent =
  | {
      kind: 'rule-set';
      /** YAML by file name. */
      files: Record<string, string>;
      appliesToRunning: boolean;
    }
  | {
      kind: 'people';
      /** The YAML of `people.yaml`. */
      yaml: string;
    }
  | {
      kind: 'routes';
      /** The YAML of `routes.yaml`; it refers to secrets and holds none. */
      yaml: string;
    }
  | ({ kind: 'publication' } & Publication);

export const PUBLICATION_ACTIONS = ['start', 'publish', 'rollback'] as const;
export type PublicationAction = (typeof PUBLICATION_ACTIONS)[number];

export const PUBLISHED_KINDS = ['rule-set', 'people', 'routes'] as const;
export type PublishedKind = (typeof PUBLISHED_KINDS)[number];

/** That a content was brought into force: the record of who, when and why, kept for each time it happened. */
export interface Publication {
  of: PublishedKind;
  contentHash: string;
  action: PublicationAction;
  why: string;
}

/** A record of the control topic; the highest epoch of a kind and tenant is in force. */
export interface ControlRecord {
  epoch: number;
  tenant: string;
  /** Who published it. */
  by: string;
  atMs: number;
  /** SHA-256 of the content, hex. */
  hash: string;
  content: ControlContent;
}
