import { theme as antTheme, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useMemo, useState } from 'react';
import { applyTheme, keptTheme } from '../../client/src/look/theme.js';
import { keepLanguage, pickLanguage } from '../../client/src/words/translate.js';
import type { Stage } from './boot.js';
import { antTokens } from './look/ant-tokens.js';
import { UiContext, words } from './ui.js';
import { Wall } from './wall.js';

/** The library would set a space between two Chinese characters. */
const NO_SPACE = { autoInsertSpace: false };

export function App({ stage, asked }: { stage: Stage; asked: string | undefined }) {
  const preferred = asked ?? (stage.kind === 'ready' ? stage.me.lang : undefined);
  const [chosen, setChosen] = useState(false);
  const [language, setLanguage] = useState(() => pickLanguage(localStorage, preferred));
  const [theme, setTheme] = useState(keptTheme);
  const [dark, setDark] = useState(false);
  const shown = chosen ? language : pickLanguage(localStorage, preferred);
  const t = words(shown);

  useEffect(() => applyTheme(theme, setDark), [theme]);
  useEffect(() => {
    document.documentElement.lang = shown === 'zh' ? 'zh-CN' : 'en';
  }, [shown]);

  const ui = useMemo(() => {
    if (stage.kind !== 'ready') return undefined;
    const { ingestUrl, rules, live } = stage.me;
    const may = { live: live !== false, ...(rules === undefined ? {} : { rules }) };
    return { t, language: shown, session: stage.session, may, ...(ingestUrl === undefined ? {} : { ingestUrl }) };
  }, [t, shown, stage]);
  const config = useMemo(
    () => ({
      algorithm: dark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
      ...antTokens(dark),
    }),
    [dark],
  );

  function switchLanguage() {
    const next = shown === 'zh' ? 'en' : 'zh';
    keepLanguage(localStorage, next);
    setLanguage(next);
    setChosen(true);
  }

  return (
    <ConfigProvider locale={shown === 'zh' ? zhCN : enUS} theme={config} button={NO_SPACE}>
      {ui ? (
        <UiContext.Provider value={ui}>
          <Wall theme={theme} onTheme={setTheme} onLanguage={switchLanguage} />
        </UiContext.Provider>
      ) : (
        <main className="message">
          <h1>{t('brand')}</h1>
          <p role="status">
            {stage.kind === 'unreachable'
              ? t('boot.failed', { seconds: Math.round(stage.retryMs / 1000) })
              : t(`link.${stage.kind}`)}
          </p>
        </main>
      )}
    </ConfigProvider>
  );
}
