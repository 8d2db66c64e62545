import { useEffect, useState } from 'preact/hooks';
import type { LiveSession } from '../../client/src/live/session.js';
import type { LiveState } from '../../client/src/live/state.js';

export function useLive(session: LiveSession): LiveState {
  const [state, setState] = useState(session.state());
  useEffect(() => {
    setState(session.state());
    return session.subscribe(() => setState(session.state()));
  }, [session]);
  return state;
}

/** The page's clock, for ages; beats once a second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
