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
    };

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
