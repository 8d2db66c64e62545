/** Limits scaled down, so that short runs meet them. */
export const LINGER_MS = 60_000;
export const IDLE_MS = 120_000;
export const LATENESS_MS = 1_000;
export const MAX_REFOLD = 24;
