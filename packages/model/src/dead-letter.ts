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
  /** As it was. Personal data in it was masked at the door, unless it comes from an inbound topic and never passed it. */
  value: Uint8Array;
  /** Absent: it had none. */
  headers?: Record<string, Uint8Array>;
}
