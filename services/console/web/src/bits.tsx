import type { Severity, Span } from '@earshot/model';
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

/** The masked words of a finding, its spans marked. Text nodes only. */
export function Quote({ text, spans, severity }: { text: string; spans: readonly Span[]; severity: Severity }) {
  const pieces = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const start = Math.min(text.length, Math.max(at, span.start));
    const end = Math.min(text.length, Math.max(start, span.end));
    pieces.push(text.slice(at, start));
    if (end > start) {
      pieces.push(
        <mark key={start} className={`sev-${severity}`}>
          {text.slice(start, end)}
        </mark>,
      );
    }
    at = end;
  }
  pieces.push(text.slice(at));
  return <>{pieces}</>;
}
