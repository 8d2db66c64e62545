import type { Alert } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { clockTime } from '../../../client/src/words/clock-time.js';
import { useUi } from '../ui.js';
import { type MoodPoint, moodMarks, moodPoints, moodSpan, nearest } from './mood.js';
import { MoodLines } from './mood-lines.js';

interface MoodChartProps {
  lines: readonly TranscriptLine[];
  alerts: readonly Alert[];
  /** Read from the warehouse, which keeps scores as long as words, and none of conversations before it did. */
  past: boolean;
  onJump(line: string): void;
}

/** What was felt over the conversation, one point an utterance; whoever picks one is led to its words. */
export function MoodChart({ lines, alerts, past, onJump }: MoodChartProps) {
  const { t } = useUi();
  const points = useMemo(() => moodPoints(lines), [lines]);
  const marks = useMemo(() => moodMarks(alerts), [alerts]);
  const span = useMemo(() => moodSpan(lines, marks), [lines, marks]);
  const [picked, setPicked] = useState<string | undefined>();
  const [box, widthPx] = useWidth();
  const at = picked === undefined ? -1 : points.findIndex((point) => point.line === picked);
  const current = points[at];

  if (past && points.length === 0) return <p className="mood none meta">{t('mood.past')}</p>;

  function pick(place: number): void {
    setPicked(points[Math.max(0, Math.min(points.length - 1, place))]?.line);
  }
  function onPointer(event: PointerEvent<HTMLDivElement>): void {
    const bounds = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - bounds.left) / Math.max(1, bounds.width);
    const place = nearest(points, span.fromMs + share * (span.toMs - span.fromMs));
    if (place !== undefined) pick(place);
  }
  function onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 };
    const step = steps[event.key];
    if (step !== undefined) pick(step);
    else if ((event.key === 'Enter' || event.key === ' ') && current) onJump(current.line);
    else return;
    event.preventDefault();
    // The page has keys of its own.
    event.stopPropagation();
  }

  const staff = points.some((point) => point.side === 'staff');
  return (
    <figure className="mood">
      <figcaption>
        <b>{t('mood.heading')}</b>
        <Legend name="negative" />
        <Legend name="anger" />
        {staff && <Legend name="staff" />}
        <span className="readout num">
          {current ? <Values point={current} /> : t(points.length === 0 ? 'mood.empty' : 'mood.hint')}
        </span>
      </figcaption>
      <div
        ref={box}
        className="mood-box"
        role="slider"
        tabIndex={points.length === 0 ? -1 : 0}
        aria-label={t('mood.label')}
        aria-valuemin={points.length === 0 ? 0 : 1}
        aria-valuemax={points.length}
        aria-valuenow={at + 1}
        aria-valuetext={current ? valuesText(t, current) : t(points.length === 0 ? 'mood.empty' : 'mood.hint')}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={() => setPicked(undefined)}
        onFocus={() => current || pick(0)}
        onBlur={() => setPicked(undefined)}
        onKeyDown={onKey}
        onClick={() => current && onJump(current.line)}
      >
        <MoodLines points={points} marks={marks} span={span} current={current} widthPx={widthPx} onJump={onJump} />
      </div>
    </figure>
  );
}

function Legend({ name }: { name: 'negative' | 'anger' | 'staff' }) {
  const { t } = useUi();
  return (
    <span className={`legend ${name}`}>
      <svg viewBox="0 0 22 8" aria-hidden="true">
        <line x1="0" y1="4" x2="22" y2="4" />
      </svg>
      {t(`mood.${name}`)}
    </span>
  );
}

function Values({ point }: { point: MoodPoint }) {
  const { t } = useUi();
  return <>{valuesText(t, point)}</>;
}

function valuesText(t: ReturnType<typeof useUi>['t'], { role, atMs, negative, anger }: MoodPoint): string {
  return t('mood.values', {
    role: t(`role.${role}`),
    at: clockTime(atMs),
    negative: negative.toFixed(2),
    anger: anger.toFixed(2),
  });
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, widthPx] as const;
}
