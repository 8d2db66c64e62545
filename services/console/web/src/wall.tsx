import type { InputRef } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { post } from '../../client/src/live/who-am-i.js';
import type { Theme } from '../../client/src/look/theme.js';
import { ConversationPage } from './conversation-page.js';
import { Header } from './header.js';
import { Help } from './help.js';
import { Inbox } from './inbox.js';
import { type Folder, folders } from './inbox-lists.js';
import { Pops } from './pops.js';
import { go, type Route, useRoute } from './route.js';
import { RulesPage } from './rules/rules-page.js';
import { SearchPage } from './search-page.js';
import { type May, useLive, useUi } from './ui.js';
import { useKeys } from './use-keys.js';
import { WallPage } from './wall-page.js';

const KEYS_KEPT = 'earshot:keys';

interface WallProps {
  theme: Theme;
  onTheme(theme: Theme): void;
  onLanguage(): void;
}

export function Wall(props: WallProps) {
  const { t, session, may } = useUi();
  const asked = useRoute();
  const route = shownRoute(asked, may);
  const alerts = useLive((state) => state.alerts);
  const me = useLive((state) => state.me.staffNumber);
  const analysis = useLive((state) => state.analysis);
  const [folder, setFolder] = useState<Folder>('open');
  const [selected, setSelected] = useState<string | undefined>();
  const [help, setHelp] = useState(false);
  const [keys, setKeys] = useState(localStorage.getItem(KEYS_KEPT) !== 'off');
  const [signedOut, setSignedOut] = useState(false);
  const searchBox = useRef<InputRef>(null);
  const lists = useMemo(() => folders(alerts, me), [alerts, me]);

  useEffect(() => {
    const title = t(route.page === 'rules' || route.page === 'versions' ? 'rules.title' : 'title');
    document.title = lists.open.length > 0 ? `(${lists.open.length}) ${title}` : title;
  }, [lists, t, route.page]);

  const list = lists[folder];
  const chosen = list.find((alert) => alert.id === selected);
  useKeys(keys && !help && may.live, {
    move(step) {
      const at = chosen ? list.indexOf(chosen) : step > 0 ? -1 : list.length;
      setSelected(list[Math.max(0, Math.min(list.length - 1, at + step))]?.id);
    },
    open: () => chosen && go({ page: 'conversation', conversationId: chosen.conversationId, alertId: chosen.id }),
    claim: () => chosen?.state === 'raised' && session.act(chosen.id, { kind: 'claim' }),
    search: () => searchBox.current?.focus(),
    help: () => setHelp(true),
    back: () => go({ page: 'wall' }),
  });

  async function signOut(where: 'here' | 'everywhere') {
    session.stop();
    session.wipe();
    setSignedOut(true);
    await post('/v1/session/end', where === 'everywhere' ? { everywhere: true } : undefined);
  }

  if (signedOut) {
    return (
      <main className="message">
        <h1>{t('brand')}</h1>
        <p role="status">{t('header.signed-out')}</p>
      </main>
    );
  }
  return (
    <div className="wall">
      <Header
        lists={lists}
        page={route.page}
        searchBox={searchBox}
        theme={props.theme}
        onTheme={props.onTheme}
        onLanguage={props.onLanguage}
        onHelp={() => setHelp(true)}
        onSignOut={(where) => void signOut(where)}
      />
      {analysis === 'off' && (
        <p className="banner" role="status">
          {t('analysis.off')}
        </p>
      )}
      {route.page === 'rules' || route.page === 'versions' ? (
        <div className="body alone">
          <RulesPage route={route} />
        </div>
      ) : (
        <div className="body">
          {route.page === 'conversation' ? (
            <ConversationPage conversationId={route.conversationId} alertId={route.alertId} />
          ) : route.page === 'search' ? (
            <SearchPage q={route.q} />
          ) : (
            <WallPage />
          )}
          <Inbox lists={lists} folder={folder} selected={selected} onFolder={setFolder} />
        </div>
      )}
      <Pops />
      <Help
        open={help}
        keys={keys}
        onKeys={(on) => {
          localStorage.setItem(KEYS_KEPT, on ? 'on' : 'off');
          setKeys(on);
        }}
        onClose={() => setHelp(false)}
      />
    </div>
  );
}

/** Who sees no conversation is shown the rules; who may not read these is shown the wall. */
function shownRoute(route: Route, { live, rules }: May): Route {
  const ofRules = route.page === 'rules' || route.page === 'versions';
  if (ofRules) return rules ? route : { page: 'wall' };
  return live || !rules ? route : { page: 'rules' };
}
