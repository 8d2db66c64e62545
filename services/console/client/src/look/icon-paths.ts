import type { Severity } from '@earshot/model/vocabulary';

/** One shape a severity (16 × 16), so that it is told without colour: octagon, triangle, diamond, ring. */
export const SEVERITY_SHAPES: Record<Severity, string> = {
  critical: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1L5.1 1Zm2.1 3v5h1.6V4H7.2Zm0 6.4V12h1.6v-1.6H7.2Z',
  high: 'M8 1.2 15.4 14H.6L8 1.2Zm-.8 4.9v4h1.6v-4H7.2Zm0 5v1.5h1.6v-1.5H7.2Z',
  medium: 'M8 1l7 7-7 7-7-7 7-7Zm0 3L4 8l4 4 4-4-4-4Z',
  low: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm0 1.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4Z',
};

/** A closed lock: personal data was here. */
export const LOCK_SHAPE =
  'M8 1a4 4 0 0 0-4 4v2H3v8h10V7h-1V5a4 4 0 0 0-4-4Zm0 1.8A2.2 2.2 0 0 1 10.2 5v2H5.8V5A2.2 2.2 0 0 1 8 2.8Z';
