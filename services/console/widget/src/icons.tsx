import type { Severity } from '@earshot/model/vocabulary';
import { SEVERITY_SHAPES } from '../../client/src/look/icon-paths.js';

export function SeverityIcon({ severity }: { severity: Severity }) {
  return (
    <svg class={`icon sev-${severity}`} viewBox="0 0 16 16" aria-hidden="true">
      <path fill-rule="evenodd" d={SEVERITY_SHAPES[severity]} />
    </svg>
  );
}
