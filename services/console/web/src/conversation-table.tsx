// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which table and list elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: each row holds a link, which is what takes the focus
import type { ConversationRow } from '@earshot/wire/live';
import { memo, type ReactNode } from 'react';
import type { Names } from '../../client/src/live/state.js';
import { staffTexts } from '../../client/src/words/staff.js';
import { Ago, Clock, SeverityTag, Staff } from './bits.js';
import { go } from './route.js';
import { useUi } from './ui.js';
import { VirtualList } from './virtual-list.js';

const ROW_HEIGHT_PX = 38;
const COLUMNS = [
  'risk',
  'conversation',
  'channel',
  'skill',
  'agent',
  'duration',
  'utterances',
  'alerts',
  'last',
] as const;

interface ConversationTableProps {
  rows: readonly ConversationRow[];
  label: string;
  names: Names;
  /** Shown instead of rows when there are none. */
  empty: ReactNode;
  onPointer?(inside: boolean): void;
}

export function ConversationTable({ rows, label, names, empty, onPointer }: ConversationTableProps) {
  const { t } = useUi();
  return (
    <div className="table" role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div className="row head" role="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader" className={`c-${column}`}>
              {t(`col.${column}`)}
            </span>
          ))}
        </div>
      </div>
      {rows.length === 0 && empty}
      <VirtualList
        items={rows}
        rowHeightPx={ROW_HEIGHT_PX}
        keyOf={(row) => row.conversationId}
        label={label}
        role="rowgroup"
        {...(onPointer ? { onPointer } : {})}
        render={(row, index, topPx) => (
          <Row key={row.conversationId} row={row} names={names} index={index} topPx={topPx} />
        )}
      />
    </div>
  );
}

interface RowProps {
  row: ConversationRow;
  names: Names;
  index: number;
  topPx: number;
}

/** Drawn again only when its own row, its place, the language or what people are called changes. */
const Row = memo(function Row({ row, names, index, topPx }: RowProps) {
  const { t } = useUi();
  const open = () => go({ page: 'conversation', conversationId: row.conversationId });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link inside is the way for keys; the row is a larger target for the mouse
    <div
      className={`row${row.risk ? ` risky sev-${row.risk}` : ''}${row.endedAtMs === undefined ? '' : ' ended'}`}
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={open}
    >
      <span role="cell" className="c-risk">
        {row.risk ? <SeverityTag severity={row.risk} /> : <span className="calm">{t('severity.none')}</span>}
      </span>
      <span role="cell" className="c-conversation" title={conversationName(row)}>
        <a href={`#/c/${encodeURIComponent(row.conversationId)}`} onClick={(event) => event.stopPropagation()}>
          {conversationName(row)}
        </a>
      </span>
      <span role="cell" className="c-channel">
        {t(`channel.${row.channel}`)}
      </span>
      <span role="cell" className="c-skill" title={row.skillGroup}>
        {row.skillGroup ?? '–'}
      </span>
      <span role="cell" className="c-agent" title={staffTexts(names, row.agents)}>
        <Staff names={names} staffNumbers={row.agents} />
      </span>
      <span role="cell" className="c-duration">
        {row.startedAtMs === undefined ? (
          '–'
        ) : (
          <Clock fromMs={row.startedAtMs} {...(row.endedAtMs === undefined ? {} : { toMs: row.endedAtMs })} />
        )}
      </span>
      <span role="cell" className="c-utterances num">
        {row.utterances}
      </span>
      <span role="cell" className="c-alerts num">
        {row.openAlerts > 0 ? <b>{row.openAlerts}</b> : <span className="calm">0</span>}
      </span>
      <span role="cell" className="c-last">
        {row.endedAtMs === undefined ? <Ago atMs={row.lastAtMs} coarse /> : t('page.ended')}
      </span>
    </div>
  );
});

export function conversationName(row: Pick<ConversationRow, 'conversationId' | 'externalIds'>): string {
  const ids = row.externalIds;
  return ids.call ?? ids.callId ?? ids.session ?? ids.ticket ?? Object.values(ids)[0] ?? row.conversationId;
}
