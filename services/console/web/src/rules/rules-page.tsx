import { Button } from 'antd';
import type { ReactNode } from 'react';
import { formatRoute, go, type RulesRoute } from '../route.js';
import { useUi } from '../ui.js';
import { RuleListPage } from './rule-list-page.js';
import { useRules } from './use-rules.js';
import { VersionsPage } from './versions-page.js';

const TABS = ['rules', 'versions'] as const;

/** What is judged by, how it got there, and what it has hit. */
export function RulesPage({ route }: { route: RulesRoute }) {
  const { t, may } = useUi();
  const data = useRules();
  const { versions } = data;
  const back = may.live && (
    <Button size="small" onClick={() => go({ page: 'wall' })}>
      ← {t('page.back')}
    </Button>
  );
  return (
    <main className="page rules">
      <div className="panel-head">
        {back}
        <Tabs current={route.page} />
      </div>
      {route.page === 'rules' ? (
        <RuleListPage data={data} ruleId={route.ruleId} />
      ) : (
        <VersionsPage versions={versions} epoch={route.epoch} onChanged={data.reload} />
      )}
    </main>
  );
}

function Tabs({ current }: { current: (typeof TABS)[number] }): ReactNode {
  const { t } = useUi();
  return (
    <nav className="tabs" aria-label={t('rules.heading')}>
      {TABS.map((page) => (
        <a key={page} href={formatRoute({ page })} aria-current={page === current ? 'page' : undefined}>
          {t(`rules.tab.${page}`)}
        </a>
      ))}
    </nav>
  );
}
