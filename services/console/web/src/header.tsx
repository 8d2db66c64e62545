import { Button, Dropdown, Input, type InputRef } from 'antd';
import { type RefObject, useState } from 'react';
import { THEMES, type Theme } from '../../client/src/look/theme.js';
import { linkText, linkTone } from '../../client/src/words/link-text.js';
import { Counters } from './counters.js';
import type { Folders } from './inbox-lists.js';
import { PresenceButton } from './presence.js';
import { formatRoute, go, type Route } from './route.js';
import { useLive, useNow, useUi } from './ui.js';

interface HeaderProps {
  lists: Folders;
  page: Route['page'];
  searchBox: RefObject<InputRef | null>;
  theme: Theme;
  onTheme(theme: Theme): void;
  onLanguage(): void;
  onHelp(): void;
  onSignOut(where: 'here' | 'everywhere'): void;
}

export function Header(props: HeaderProps) {
  const { t, may } = useUi();
  const me = useLive((state) => state.me);
  const [q, setQ] = useState('');
  return (
    <header className="top-bar">
      <h1>
        <a href="#/">{t('brand')}</a>
      </h1>
      {may.rules && may.live && <Places page={props.page} />}
      {may.live && <LinkState />}
      {may.live && <Counters lists={props.lists} />}
      {may.live && (
        <Input.Search
          ref={props.searchBox}
          className="search"
          size="small"
          allowClear
          value={q}
          placeholder={t('search.placeholder')}
          aria-label={t('search.label')}
          onChange={(event) => setQ(event.target.value)}
          onSearch={(text) => text.trim() && go({ page: 'search', q: text.trim() })}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      )}
      <span className="tools">
        {may.live && <PresenceButton />}
        {may.live && (
          <Button
            size="small"
            type="text"
            aria-label={t('header.help')}
            title={t('header.help')}
            onClick={props.onHelp}
          >
            ?
          </Button>
        )}
        <Button
          size="small"
          type="text"
          aria-label={t('header.theme', { theme: t(`theme.${props.theme}`) })}
          onClick={() => props.onTheme(THEMES[(THEMES.indexOf(props.theme) + 1) % THEMES.length] ?? 'auto')}
        >
          {t(`theme.${props.theme}`)}
        </Button>
        <Button size="small" type="text" aria-label={t('header.lang')} onClick={props.onLanguage}>
          {t('header.lang.other')}
        </Button>
        <Dropdown
          trigger={['click']}
          menu={{
            items: [{ key: 'everywhere', label: t('header.sign-out.everywhere') }],
            onClick: () => props.onSignOut('everywhere'),
          }}
        >
          <Button size="small" type="text" className="me">
            {me.name} <span className="meta num">{me.staffNumber}</span>
          </Button>
        </Dropdown>
        <Button size="small" type="text" onClick={() => props.onSignOut('here')}>
          {t('header.sign-out')}
        </Button>
      </span>
    </header>
  );
}

/** The way between the conversations and the rules, for those who have both. */
function Places({ page }: { page: Route['page'] }) {
  const { t } = useUi();
  const rules = page === 'rules' || page === 'versions';
  return (
    <nav className="tabs places" aria-label={t('header.places')}>
      <a href={formatRoute({ page: 'wall' })} aria-current={rules ? undefined : 'page'}>
        {t('header.wall')}
      </a>
      <a href={formatRoute({ page: 'rules' })} aria-current={rules ? 'page' : undefined}>
        {t('header.rules')}
      </a>
    </nav>
  );
}

function LinkState() {
  const { t } = useUi();
  const link = useLive((state) => state.link);
  const nowMs = useNow();
  return (
    <>
      <span className={`link ${linkTone(link)}`}>
        <i aria-hidden="true" />
        {linkText(t, link, Math.max(nowMs, link.sinceMs))}
      </span>
      {/* Without the seconds: a reader must not be told every one of them. */}
      <span className="sr-only" role="status">
        {t(link.phase === 'reconnecting' ? 'link.lost' : `link.${link.phase}`)}
      </span>
    </>
  );
}
