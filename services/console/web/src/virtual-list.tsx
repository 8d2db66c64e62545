import { type ReactNode, useEffect, useRef, useState } from 'react';

interface VirtualListProps<T> {
  items: readonly T[];
  rowHeightPx: number;
  keyOf(item: T): string;
  render(item: T, index: number, topPx: number): ReactNode;
  label: string;
  role: 'rowgroup' | 'list';
  /** Kept in view, for moving by keys. */
  selected?: string | undefined;
  onPointer?(inside: boolean): void;
}

const OVERSCAN = 6;

/**
 * Rows of one height, of which only those in view exist. Rows are placed by the caller with the given top, so a
 * change of order moves elements and redraws none of them.
 */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, rowHeightPx, keyOf } = props;
  const box = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [heightPx, setHeightPx] = useState(600);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeightPx(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const at = props.selected === undefined ? -1 : items.findIndex((item) => keyOf(item) === props.selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the selection moves, not when its row does; the page must not scroll by itself
  useEffect(() => {
    const element = box.current;
    if (!element || at < 0) return;
    const top = at * rowHeightPx;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeightPx > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeightPx - element.clientHeight;
    }
  }, [props.selected]);

  const from = Math.max(0, Math.min(first, items.length) - OVERSCAN);
  const to = Math.min(items.length, first + Math.ceil(heightPx / rowHeightPx) + OVERSCAN);
  return (
    <div
      className="virtual"
      ref={box}
      onScroll={(event) => setFirst(Math.floor(event.currentTarget.scrollTop / rowHeightPx))}
      onPointerEnter={() => props.onPointer?.(true)}
      onPointerLeave={() => props.onPointer?.(false)}
    >
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: a row group and a list may both be named */}
      <div
        role={props.role}
        aria-label={props.label}
        style={{ height: items.length * rowHeightPx, position: 'relative' }}
      >
        {items.slice(from, to).map((item, offset) => props.render(item, from + offset, (from + offset) * rowHeightPx))}
      </div>
    </div>
  );
}
