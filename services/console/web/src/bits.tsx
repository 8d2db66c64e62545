import type { Severity } from '@earshot/model';
import type { Names } from '../../client/src/live/state.js';
import { SEVERITY_SHAPES } from '../../client/src/look/icon-paths.js';
import { duration } from '../../client/src/words/translate.js';
import { useNow, useUi } from './ui.js';

export function SeverityIcon({ severity }: { severity: Severity }) {
  return (
    <svg className={`icon sev-${severity}`} viewBox="0 0 16 16" aria-hidden="true">
      <path fillRule="evenodd" d={SEVERITY_SHAPES[severity]} />
    </svg>
  );
}

/** Shape and word: never colour alone. */
export function SeverityTag({ severity, plain }: { severity: Severity; plain?: boolean }) {
  const { t } = useUi();
  return (
    <span className={`sev-tag sev-${severity}${plain ? ' plain' : ''}`}>
      <SeverityIcon severity={severity} />
      {t(`severity.${severity}`)}
    </span>
  );
}

export function Ago({ atMs, coarse }: { atMs: number; coarse?: boolean }) {
  const { t } = useUi();
  const nowMs = useNow();
  const ageMs = nowMs - atMs;
  // A column full of running seconds is noise: tens will do there.
  if (ageMs < (coarse ? 10_000 : 1_000)) return <time>{t('alert.now')}</time>;
  const shownMs = coarse && ageMs < 60_000 ? Math.floor(ageMs / 10_000) * 10_000 : ageMs;
  return <time className="num">{t('alert.ago', { age: duration(t, shownMs) })}</time>;
}

/** Minutes and seconds, for rows that are compared with one another. */
export function Clock({ fromMs, toMs }: { fromMs: number; toMs?: number }) {
  const nowMs = useNow();
  const seconds = Math.max(0, Math.floor(((toMs ?? nowMs) - fromMs) / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return (
    <time className="num">
      {hours > 0 ? `${hours}:` : ''}
      {two(Math.floor(seconds / 60) % 60)}:{two(seconds % 60)}
    </time>
  );
}

/** 李晓 10001 → 王敏 10002: the name to speak to, the number to look up. */
export function Staff({ names, staffNumbers }: { names: Names; staffNumbers: readonly string[] }) {
  if (staffNumbers.length === 0) return <>–</>;
  return staffNumbers.map((staffNumber, at) => (
    <span key={staffNumber} className="staff">
      {at > 0 && ' → '}
      {Object.hasOwn(names, staffNumber) && `${names[staffNumber]} `}
      <span className="num">{staffNumber}</span>
    </span>
  ));
}
