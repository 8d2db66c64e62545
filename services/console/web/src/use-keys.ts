import { useEffect, useRef } from 'react';

export interface KeyActions {
  move(step: 1 | -1): void;
  open(): void;
  claim(): void;
  search(): void;
  help(): void;
  back(): void;
}

/** Single keys, only while no field, button or dialog wants them; off altogether when the person switched them off. */
export function useKeys(on: boolean, actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTaken(event)) return;
      const action = actionOf(event.key, latest.current);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [on]);
}

function actionOf(key: string, actions: KeyActions): (() => void) | undefined {
  switch (key) {
    case 'j':
      return () => actions.move(1);
    case 'k':
      return () => actions.move(-1);
    case 'Enter':
      return actions.open;
    case 'c':
      return actions.claim;
    case '/':
      return actions.search;
    case '?':
      return actions.help;
    case 'Escape':
      return actions.back;
    default:
      return undefined;
  }
}

function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]'))
    return true;
  return event.key === 'Enter' && target?.closest('button, a') != null;
}
