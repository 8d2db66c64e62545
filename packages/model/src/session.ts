/** What every console has to know of a session that one of them began or ended. */
export interface SessionFact {
  tenant: string;
  atMs: number;
  /** From then on it means nothing any more: what it is about has run out by itself. */
  expiresMs: number;
  body: SessionFactBody;
}

export type SessionFactBody =
  | {
      /** Somebody has opened a one-time link; the first of these in the log is the one that signs in. */
      kind: 'link-used';
      linkId: string;
      /** Differs for each attempt. */
      claim: string;
    }
  | { kind: 'session-ended'; sessionId: string }
  | {
      /** All sessions of this person that began up to `untilMs` have ended. */
      kind: 'person-signed-out';
      staffNumber: string;
      untilMs: number;
    };
