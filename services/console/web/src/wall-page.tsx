import type { ConversationRow } from '@earshot/wire/live';
import { Button, Segmented, Select } from 'antd';
import { useMemo, useState } from 'react';
import { ConversationTable } from './conversation-table.js';
import { Empty } from './empty.js';
import { FirstSteps } from './first-steps.js';
import { useSteadyRows } from './steady.js';
import { useLive, useUi } from './ui.js';

const ALL = '';
type Show = 'all' | 'risky' | 'voice' | 'chat';

export function WallPage() {
  const { t } = useUi();
  const conversations = useLive((state) => state.conversations);
  const [held, setHeld] = useState(false);
  const [show, setShow] = useState<Show>('all');
  const [skill, setSkill] = useState(ALL);
  const names = useLive((state) => state.names);
  const phase = useLive((state) => state.link.phase);
  const rows = useSteadyRows(conversations, held);
  const skills = useMemo(() => skillGroups(conversations), [conversations]);
  const shown = rows.filter((row) => matches(row, show) && (skill === ALL || row.skillGroup === skill));
  const loading = phase === 'connecting' || phase === 'catching-up';
  const empty = loading ? (
    <Empty title={t(`link.${phase}`)} />
  ) : rows.length === 0 ? (
    <FirstSteps />
  ) : (
    <Empty title={t('wall.empty')}>
      <Button
        size="small"
        onClick={() => {
          setShow('all');
          setSkill(ALL);
        }}
      >
        {t('wall.show-all')}
      </Button>
    </Empty>
  );
  return (
    <main className="page">
      <div className="panel-head">
        <h2>{t('wall.heading')}</h2>
        <span className="meta num">{t('wall.shown', { shown: shown.length, all: rows.length })}</span>
        <span className="meta held">{held ? t('wall.held') : ''}</span>
        <Segmented
          size="small"
          value={show}
          onChange={setShow}
          options={[
            { value: 'all', label: t('wall.all') },
            { value: 'risky', label: t('wall.risky') },
            { value: 'voice', label: t('channel.voice') },
            { value: 'chat', label: t('channel.chat') },
          ]}
        />
        <Select
          size="small"
          value={skill}
          onChange={setSkill}
          aria-label={t('wall.skill')}
          popupMatchSelectWidth={false}
          options={[
            { value: ALL, label: t('wall.skill.all') },
            ...skills.map((name) => ({ value: name, label: name })),
          ]}
        />
      </div>
      <ConversationTable rows={shown} names={names} label={t('wall.heading')} empty={empty} onPointer={setHeld} />
    </main>
  );
}

function matches(row: ConversationRow, show: Show): boolean {
  if (show === 'all') return true;
  return show === 'risky' ? row.openAlerts > 0 : row.channel === show;
}

function skillGroups(rows: ReadonlyMap<string, ConversationRow>): string[] {
  const names = new Set<string>();
  for (const row of rows.values()) if (row.skillGroup) names.add(row.skillGroup);
  return [...names].sort((a, b) => a.localeCompare(b, 'zh'));
}
