import type { ConversationRow } from '@earshot/wire/live';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { ConversationTable } from './conversation-table.js';
import { go } from './route.js';
import { useUi } from './ui.js';

export function SearchPage({ q }: { q: string }) {
  const { t } = useUi();
  const [found, setFound] = useState<ConversationRow[] | 'loading' | 'failed'>('loading');

  useEffect(() => {
    const abort = new AbortController();
    setFound('loading');
    find(q, abort.signal).then(setFound, () => {
      if (!abort.signal.aborted) setFound('failed');
    });
    return () => abort.abort();
  }, [q]);

  return (
    <main className="page">
      <div className="page-head">
        <Button size="small" onClick={() => go({ page: 'wall' })}>
          ← {t('page.back')}
        </Button>
        <h2>{t('search.heading', { q })}</h2>
      </div>
      {typeof found === 'string' || found.length === 0 ? (
        <p className="empty" role="status">
          {t(found === 'loading' ? 'page.loading' : found === 'failed' ? 'page.failed' : 'search.none')}
        </p>
      ) : (
        <ConversationTable rows={found} label={t('search.heading', { q })} />
      )}
    </main>
  );
}

async function find(q: string, signal: AbortSignal): Promise<ConversationRow[]> {
  const response = await fetch(`/v1/search?q=${encodeURIComponent(q)}`, { signal });
  if (!response.ok) throw new Error(`search answered ${response.status}`);
  return ((await response.json()) as { rows: ConversationRow[] }).rows;
}
