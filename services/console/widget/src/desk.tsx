import type { Alert } from '@earshot/model/alert';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { deskPrompts, promptQueue } from '../../client/src/live/select.js';
import type { LiveSession } from '../../client/src/live/session.js';
import { keepLanguage, type Language } from '../../client/src/words/translate.js';
import { Bar } from './bar.js';
import type { Focus } from './boot.js';
import { conversationName, deskConversations } from './conversations.js';
import { useLive, useNow } from './hooks.js';
import { PromptCard } from './prompt-card.js';
import { Tabs } from './tabs.js';
import { Transcript } from './transcript.js';
import { Waiting } from './waiting.js';
import { words } from './words.js';

interface DeskProps {
  session: LiveSession;
  focus: Focus;
  language: Language;
}

export function Desk({ session, focus, language: first }: DeskProps) {
  const state = useLive(session);
  const nowMs = useNow();
  const [language, setLanguage] = useState(first);
  const [chosen, setChosen] = useState<string | undefined>();
  const [opened, setOpened] = useState<string | undefined>();
  const [keys, setKeys] = useState(localStorage.getItem('earshot:keys') !== 'off');
  const t = useMemo(() => words(language), [language]);

  useEffect(() => focus.onFocus(setChosen), [focus]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = t('title');
  }, [language, t]);

  const tabs = deskConversations(state);
  const queue = promptQueue(state);
  const { prompt, waiting } = deskPrompts(state, opened);
  // Until the agent or the CRM has chosen, the conversation that needs help is the one in front.
  const front = chosen ?? prompt?.conversationId;
  const current = tabs.find((row) => row.conversationId === front) ?? tabs[0];
  const critical = queue[0]?.finding.severity === 'critical' ? queue[0] : undefined;
  const announced = queue[0];

  function announce(alert: Alert | undefined): string {
    if (!alert) return '';
    const { severity, prompt: said } = alert.finding;
    return t('prompt.announce', { severity: t(`severity.${severity}`), title: said.title, what: said.what });
  }

  function putAway(alertId: string) {
    setOpened(undefined);
    session.putAway(alertId);
  }

  return (
    <div class="desk">
      <Bar
        t={t}
        link={state.link}
        nowMs={nowMs}
        keys={keys}
        onKeys={() => {
          localStorage.setItem('earshot:keys', keys ? 'off' : 'on');
          setKeys(!keys);
        }}
        onLanguage={() => {
          const next = language === 'zh' ? 'en' : 'zh';
          keepLanguage(localStorage, next);
          setLanguage(next);
        }}
      />
      <div class="sr-only" role="alert">
        {announce(critical)}
      </div>
      <div class="sr-only" role="status">
        {critical ? '' : announce(announced)}
      </div>
      <section class="prompts" aria-label={t('prompt.region')}>
        {prompt ? (
          <PromptCard
            key={prompt.id}
            alert={prompt}
            t={t}
            nowMs={nowMs}
            {...(tabs.length > 1 ? { conversation: conversationName(state, prompt.conversationId, t) } : {})}
            more={queue.filter((alert) => alert.id !== prompt.id).length}
            keys={keys}
            onPainted={() => session.painted(prompt.id)}
            onPutAway={() => putAway(prompt.id)}
            onFeedback={(useful) => session.act(prompt.id, { kind: 'feedback', useful })}
            onConversation={() => setChosen(prompt.conversationId)}
          />
        ) : (
          <div class="none">
            <strong>{t(waiting.length > 0 ? 'prompt.none.new' : 'prompt.none')}</strong>
            <span>
              {t(waiting.length > 0 ? 'prompt.none.new.hint' : current ? 'prompt.none.hint' : 'prompt.none.idle')}
            </span>
          </div>
        )}
        <Waiting
          alerts={waiting}
          t={t}
          nowMs={nowMs}
          name={(alert) => (tabs.length > 1 ? conversationName(state, alert.conversationId, t) : '')}
          onOpen={(alert) => setOpened(alert.id)}
        />
      </section>
      <main class="talk">
        <Tabs
          rows={tabs}
          state={state}
          {...(current ? { current: current.conversationId } : {})}
          t={t}
          onChoose={setChosen}
        />
        {current ? (
          <Transcript key={current.conversationId} lines={state.transcripts.get(current.conversationId) ?? []} t={t} />
        ) : (
          <div class="none">
            <strong>{t('conversation.none')}</strong>
            <span>{t('conversation.none.hint')}</span>
          </div>
        )}
      </main>
    </div>
  );
}
