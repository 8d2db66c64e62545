import type { ConversationRow } from '@earshot/wire/live';
import { isOpen } from '../../client/src/live/select.js';
import type { LiveState } from '../../client/src/live/state.js';
import type { Translate } from '../../client/src/words/translate.js';
import { conversationName } from './conversations.js';
import { SeverityIcon } from './icons.js';

interface TabsProps {
  rows: ConversationRow[];
  state: LiveState;
  current?: string;
  t: Translate;
  onChoose(conversationId: string): void;
}

export function Tabs({ rows, state, current, t, onChoose }: TabsProps) {
  if (rows.length === 0) return null;
  function onKey(event: KeyboardEvent) {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = rows.findIndex((row) => row.conversationId === current);
    const next = rows[(at + step + rows.length) % rows.length];
    if (step === 0 || !next) return;
    onChoose(next.conversationId);
    document.getElementById(`tab-${next.conversationId}`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={t('tabs.label')} onKeyDown={onKey}>
      {rows.map((row) => {
        const open = [...state.alerts.values()].filter((a) => a.conversationId === row.conversationId && isOpen(a));
        const selected = row.conversationId === current;
        return (
          <button
            key={row.conversationId}
            id={`tab-${row.conversationId}`}
            type="button"
            role="tab"
            title={conversationName(state, row.conversationId, t)}
            aria-selected={selected}
            tabIndex={selected ? 0 : -1}
            onClick={() => onChoose(row.conversationId)}
          >
            {row.risk && open.length > 0 && <SeverityIcon severity={row.risk} />}
            <span class="name">{conversationName(state, row.conversationId, t)}</span>
            {open.length > 0 && (
              <b>
                <span aria-hidden="true">{open.length}</span>
                <span class="sr-only">{t('tabs.prompts', { count: open.length })}</span>
              </b>
            )}
            {row.endedAtMs !== undefined && <small>{t('tabs.ended')}</small>}
          </button>
        );
      })}
    </div>
  );
}
