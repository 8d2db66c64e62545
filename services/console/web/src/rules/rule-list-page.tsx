import { PARTICIPANT_ROLES, SEVERITIES } from '@earshot/model/vocabulary';
import { Button, Input, Segmented, Select } from 'antd';
import { useMemo, useState } from 'react';
import { Empty } from '../empty.js';
import { useUi } from '../ui.js';
import { RuleDetail } from './rule-detail.js';
import { filtered, type RuleFilter, type RuleSort, ruleRows, sorted, tagsOf } from './rule-list.js';
import { RuleTable } from './rule-table.js';
import type { RulesData } from './use-rules.js';

const ALL = '';
const NO_FILTER: RuleFilter = { q: '', show: 'all' };

/** Every rule in force with what it hit; the chosen one beside the list. */
export function RuleListPage({ data, ruleId }: { data: RulesData; ruleId: string | undefined }) {
  const { t, language } = useUi();
  const [filter, setFilter] = useState(NO_FILTER);
  const [sort, setSort] = useState<RuleSort>('severity');
  const { inForce, versions } = data;
  const hits = typeof data.hits === 'string' ? undefined : data.hits;
  const rules = typeof inForce === 'string' ? undefined : inForce.rules;
  const rows = useMemo(() => ruleRows(rules ?? [], hits, language), [rules, hits, language]);
  const shown = useMemo(() => sorted(filtered(rows, filter), sort), [rows, filter, sort]);
  const chosen = rows.find((row) => row.id === ruleId);
  const change = (part: Partial<RuleFilter>) => setFilter({ ...filter, ...part });
  if (!rules) return <Empty title={t(inForce === 'failed' ? 'page.failed' : 'page.loading')} />;
  const counted = typeof data.hits === 'string' ? data.hits : data.hits.state;
  return (
    <>
      <div className="panel-head filters">
        <Input
          size="small"
          className="rule-search"
          allowClear
          value={filter.q}
          placeholder={t('rules.search')}
          aria-label={t('rules.search')}
          onChange={(event) => change({ q: event.target.value })}
        />
        <Choice
          name={t('rules.severity')}
          all={t('rules.severity.all')}
          value={filter.severity}
          options={[...SEVERITIES].reverse().map((one) => ({ value: one, label: t(`severity.${one}`) }))}
          onChange={(severity) => setFilter({ ...without(filter, 'severity'), ...(severity ? { severity } : {}) })}
        />
        <Choice
          name={t('rules.role')}
          all={t('rules.role.all')}
          value={filter.role}
          options={PARTICIPANT_ROLES.map((one) => ({ value: one, label: t(`role.${one}`) }))}
          onChange={(role) => setFilter({ ...without(filter, 'role'), ...(role ? { role } : {}) })}
        />
        <Choice
          name={t('rules.tag')}
          all={t('rules.tag.all')}
          value={filter.tag}
          options={tagsOf(rules).map((one) => ({ value: one, label: one }))}
          onChange={(tag) => setFilter({ ...without(filter, 'tag'), ...(tag ? { tag } : {}) })}
        />
        <Segmented
          size="small"
          value={filter.show}
          disabled={counted !== 'on'}
          onChange={(show) => change({ show })}
          options={(['all', 'hit', 'quiet'] as const).map((one) => ({ value: one, label: t(`rules.show.${one}`) }))}
        />
        <span className="meta num">{t('rules.shown', { shown: shown.length, all: rows.length })}</span>
        <span className="meta counted" role="status">
          {t(`rules.counted.${counted}`, { days: hits?.days ?? 7 })}
        </span>
      </div>
      <div className="page-body">
        <RuleTable
          rows={shown}
          counted={counted}
          sort={sort}
          onSort={setSort}
          chosen={ruleId}
          empty={
            <Empty title={t(rules.length === 0 ? 'rules.none' : 'rules.empty')}>
              {rules.length > 0 && (
                <Button size="small" onClick={() => setFilter(NO_FILTER)}>
                  {t('rules.show-all')}
                </Button>
              )}
            </Empty>
          }
        />
        <section className="rule-side" aria-label={t('rules.detail')}>
          {chosen ? (
            <RuleDetail
              key={chosen.id}
              row={chosen}
              counted={counted}
              hash={typeof inForce === 'string' ? undefined : inForce.hash}
              versions={typeof versions === 'string' ? undefined : versions}
            />
          ) : (
            <Empty title={t(ruleId === undefined ? 'rules.choose' : 'rules.unknown')} hint={t('rules.choose.hint')} />
          )}
        </section>
      </div>
    </>
  );
}

function without<K extends keyof RuleFilter>(filter: RuleFilter, key: K): Omit<RuleFilter, K> {
  const { [key]: _, ...rest } = filter;
  return rest;
}

interface ChoiceProps<T extends string> {
  name: string;
  all: string;
  value: T | undefined;
  options: { value: T; label: string }[];
  onChange(value: T | undefined): void;
}

function Choice<T extends string>({ name, all, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Select<T | typeof ALL>
      size="small"
      aria-label={name}
      value={value ?? ALL}
      popupMatchSelectWidth={false}
      onChange={(chosen) => onChange(chosen === ALL ? undefined : chosen)}
      options={[{ value: ALL, label: all }, ...options]}
    />
  );
}
