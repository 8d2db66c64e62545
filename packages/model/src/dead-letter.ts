/** A record that could not be used, with its bytes and the reason. */
export interface DeadLetter {
  id: string;
  topic: string;
  partition: number;
  offset: number;
  key: string;
  /** Stable code: undecodable, invalid, conflict … */
  reason: string;
  atMs: number;
  /** As it was; personal data in it was already masked at the door. */
  value: Uint8Array;
}
