// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which table and list elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: each row holds a link, which is what takes the focus
import { memo, type ReactNode } from 'react';
import { Ago, SeverityTag } from '../bits.js';
import { formatRoute, go } from '../route.js';
import { useUi } from '../ui.js';
import { VirtualList } from '../virtual-list.js';
import type { Hits } from './api.js';
import { type RuleRow, type RuleSort, SORTS } from './rule-list.js';

const ROW_HEIGHT_PX = 48;
const COLUMNS = ['severity', 'rule', 'roles', 'tags', 'source', 'findings', 'conversations', 'last'] as const;

export type Counted = Hits['state'] | 'loading';

interface RuleTableProps {
  rows: readonly RuleRow[];
  counted: Counted;
  sort: RuleSort;
  onSort(sort: RuleSort): void;
  chosen: string | undefined;
  empty: ReactNode;
}

export function RuleTable({ rows, counted, sort, onSort, chosen, empty }: RuleTableProps) {
  const { t } = useUi();
  return (
    <div className="table rule-table" role="table" aria-label={t('rules.heading')} aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div className="row head" role="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <Head key={column} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      {rows.length === 0 && empty}
      <VirtualList
        items={rows}
        rowHeightPx={ROW_HEIGHT_PX}
        keyOf={(row) => row.id}
        label={t('rules.heading')}
        role="rowgroup"
        // The counts may move it: only then its place is known.
        selected={counted === 'loading' ? undefined : chosen}
        render={(row, index, topPx) => (
          <Row key={row.id} row={row} counted={counted} index={index} topPx={topPx} chosen={row.id === chosen} />
        )}
      />
    </div>
  );
}

function Head({ column, sort, onSort }: { column: string; sort: RuleSort; onSort(sort: RuleSort): void }) {
  const { t } = useUi();
  const own = SORTS.find((one) => one === column);
  const name = t(`rules.col.${column}`);
  return (
    <span
      role="columnheader"
      className={`c-${column}`}
      aria-sort={own === undefined ? undefined : own === sort ? 'descending' : 'none'}
    >
      {own === undefined ? (
        name
      ) : (
        <button type="button" onClick={() => onSort(own)}>
          {name}
          <i aria-hidden="true">{own === sort ? '↓' : ''}</i>
        </button>
      )}
    </span>
  );
}

interface RowProps {
  row: RuleRow;
  counted: Counted;
  index: number;
  topPx: number;
  chosen: boolean;
}

const Row = memo(function Row({ row, counted, index, topPx, chosen }: RowProps) {
  const { t } = useUi();
  const { id, title, rule, hits } = row;
  const route = { page: 'rules', ruleId: id } as const;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link inside is the way for keys; the row is a larger target for the mouse
    <div
      className={`row${rule ? ` sev-${rule.severity}` : ' ended'}${chosen ? ' chosen' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-current={chosen ? 'true' : undefined}
      data-rule={id}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={() => go(route)}
    >
      <span role="cell" className="c-severity">
        {rule ? <SeverityTag severity={rule.severity} /> : <span className="calm">{t('rules.gone')}</span>}
      </span>
      <span role="cell" className="c-rule" title={title}>
        <a href={formatRoute(route)} onClick={(event) => event.stopPropagation()}>
          {title}
        </a>
        <small>{id}</small>
      </span>
      <span role="cell" className="c-roles">
        {rule?.roles.map((role) => t(`role.${role}`)).join(t('list.and')) ?? '–'}
      </span>
      <span role="cell" className="c-tags" title={rule?.tags.join(', ')}>
        {rule?.tags.join(', ') || '–'}
      </span>
      <span role="cell" className="c-source" title={rule?.source}>
        {rule?.source ?? '–'}
      </span>
      <Figure column="findings" counted={counted} value={hits?.findings} />
      <Figure column="conversations" counted={counted} value={hits?.conversations} />
      <span role="cell" className="c-last">
        {hits && counted === 'on' ? <Ago atMs={hits.lastAtMs} coarse /> : '–'}
      </span>
    </div>
  );
});

function Figure({ column, counted, value }: { column: string; counted: Counted; value: number | undefined }) {
  const known = counted === 'on' ? (value ?? 0).toLocaleString('en-US') : counted === 'loading' ? '…' : '–';
  return (
    <span role="cell" className={`c-${column} num`}>
      {value ? <b>{known}</b> : <span className="calm">{known}</span>}
    </span>
  );
}
