import { SEVERITY_SHAPES } from '../../../client/src/look/icon-paths.js';
import { clockTime } from '../../../client/src/words/clock-time.js';
import type { MoodMark, MoodPoint } from './mood.js';

const HEIGHT_PX = 82;
/** Room for the marks above, and for the times below. */
const TOP_PX = 16;
const BOTTOM_PX = 14;
const SIDE_PX = 8;
const ICON_PX = 12;
/** An icon with holes is hard to hit. */
const TARGET_PX = 20;
/** More than so many dots are a smear. */
const MOST_DOTS = 120;

interface MoodLinesProps {
  points: readonly MoodPoint[];
  marks: readonly MoodMark[];
  span: { fromMs: number; toMs: number };
  current: MoodPoint | undefined;
  widthPx: number;
  onJump(line: string): void;
}

/** The picture alone: what it says is said in words beside it. */
export function MoodLines({ points, marks, span: { fromMs, toMs }, current, widthPx, onJump }: MoodLinesProps) {
  const x = (atMs: number) => SIDE_PX + ((atMs - fromMs) / (toMs - fromMs)) * (widthPx - 2 * SIDE_PX);
  const y = (value: number) => TOP_PX + (1 - value) * (HEIGHT_PX - TOP_PX - BOTTOM_PX);
  const path = (of: readonly MoodPoint[], what: 'negative' | 'anger') =>
    of.map((point) => `${x(point.atMs).toFixed(1)},${y(point[what]).toFixed(1)}`).join(' ');
  const sides = (['staff', 'customer'] as const).map((side) => points.filter((point) => point.side === side));
  const [staff = [], customer = []] = sides;
  return (
    <svg width={widthPx} height={HEIGHT_PX} aria-hidden="true">
      {[0, 0.5, 1].map((value) => (
        <line key={value} className="grid" x1={SIDE_PX} x2={widthPx - SIDE_PX} y1={y(value)} y2={y(value)} />
      ))}
      {marks.map(({ line, atMs, severity, title }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; the card of the alert is the way for keys
        <g
          key={`${line} ${title}`}
          className={`mark sev-${severity}`}
          onClick={(event) => {
            event.stopPropagation();
            onJump(line);
          }}
        >
          <title>{title}</title>
          <line x1={x(atMs)} x2={x(atMs)} y1={TOP_PX - 2} y2={y(0)} />
          <path
            fillRule="evenodd"
            d={SEVERITY_SHAPES[severity]}
            transform={`translate(${x(atMs) - ICON_PX / 2} 0) scale(${ICON_PX / 16})`}
          />
          <rect x={x(atMs) - TARGET_PX / 2} y={0} width={TARGET_PX} height={TOP_PX} fillOpacity={0} />
        </g>
      ))}
      {current && <line className="guide" x1={x(current.atMs)} x2={x(current.atMs)} y1={TOP_PX - 2} y2={y(0)} />}
      <polyline className="staff" points={path(staff, 'negative')} />
      <polyline className="negative" points={path(customer, 'negative')} />
      <polyline className="anger" points={path(customer, 'anger')} />
      {customer.length <= MOST_DOTS &&
        customer.map((point) => (
          <g key={point.line}>
            <circle className="negative" cx={x(point.atMs)} cy={y(point.negative)} r={2} />
            <rect className="anger" x={x(point.atMs) - 2} y={y(point.anger) - 2} width={4} height={4} />
          </g>
        ))}
      {current && (
        <>
          <circle className="negative now" cx={x(current.atMs)} cy={y(current.negative)} r={4} />
          <rect className="anger now" x={x(current.atMs) - 4} y={y(current.anger) - 4} width={8} height={8} />
        </>
      )}
      <text x={SIDE_PX} y={HEIGHT_PX - 2}>
        {clockTime(fromMs)}
      </text>
      <text x={widthPx - SIDE_PX} y={HEIGHT_PX - 2} textAnchor="end">
        {clockTime(toMs)}
      </text>
    </svg>
  );
}
