import { useCallback, useEffect, useState } from 'react';
import { type Hits, type InForce, readHits, readInForce, readVersions, type Versions } from './api.js';

export type Asked<T> = T | 'loading' | 'failed';

export interface RulesData {
  inForce: Asked<InForce>;
  /** Apart from the rules: they are shown while the counts are still on their way. */
  hits: Asked<Hits>;
  versions: Asked<Versions>;
  /** After a change; what is shown stays until the new answer is there. */
  reload(): void;
}

export function useRules(): RulesData {
  const [asks, setAsks] = useState(0);
  const inForce = useAsked(readInForce, asks);
  const hits = useAsked(readHits, asks);
  const versions = useAsked(readVersions, asks);
  const reload = useCallback(() => setAsks((count) => count + 1), []);
  return { inForce, hits, versions, reload };
}

function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>, asks: number): Asked<T> {
  const [answer, setAnswer] = useState<Asked<T>>('loading');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another ask is the same question once more
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(setAnswer, () => {
      if (!abort.signal.aborted) setAnswer('failed');
    });
    return () => abort.abort();
  }, [ask, asks]);
  return answer;
}
