import type { ConversationRow } from '@earshot/wire/live';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import type { Names } from '../../client/src/live/state.js';
import { ConversationTable } from './conversation-table.js';
import { Empty } from './empty.js';
import { go } from './route.js';
import { useUi } from './ui.js';

interface Found {
  rows: ConversationRow[];
  names: Names;
}

export function SearchPage({ q }: { q: string }) {
  const { t } = useUi();
  const [found, setFound] = useState<Found | 'loading' | 'failed'>('loading');

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
      {typeof found === 'string' || found.rows.length === 0 ? (
        <Empty
          title={t(found === 'loading' ? 'page.loading' : found === 'failed' ? 'page.failed' : 'search.none')}
          {...(typeof found === 'string' ? {} : { hint: t('search.none.hint') })}
        />
      ) : (
        <ConversationTable rows={found.rows} names={found.names} label={t('search.heading', { q })} empty={null} />
      )}
    </main>
  );
}

async function find(q: string, signal: AbortSignal): Promise<Found> {
  const response = await fetch(`/v1/search?q=${encodeURIComponent(q)}`, { signal });
  if (!response.ok) throw new Error(`search answered ${response.status}`);
  return (await response.json()) as Found;
}
