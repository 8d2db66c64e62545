import type { Alert } from '@earshot/model/alert';
import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../../client/src/text/copy.js';
import { incident, repeatContact } from '../../client/src/text/history.js';
import { duration, type Translate } from '../../client/src/words/translate.js';
import { SeverityIcon } from './icons.js';

/** After the card changed, keys rest this long: nobody should copy a sentence that they have not read. */
const KEYS_REST_MS = 500;

export interface PromptCardProps {
  alert: Alert;
  t: Translate;
  nowMs: number;
  /** Which conversation is meant; absent when there is only one. */
  conversation?: string;
  more: number;
  keys: boolean;
  onPainted(): void;
  onPutAway(): void;
  onFeedback(useful: boolean): void;
  onConversation(): void;
}

export function PromptCard(props: PromptCardProps) {
  const { alert, t } = props;
  const { prompt, severity } = alert.finding;
  const say = prompt.say.slice(0, 3);
  const [copied, setCopied] = useState<{ at: number; ok: boolean } | undefined>();
  const [verdict, setVerdict] = useState<boolean | undefined>(alert.useful);
  const sinceMs = useRef(Date.now());

  useEffect(() => {
    props.onPainted();
    // What is painted behind another tab is seen only when the person comes back to it.
    document.addEventListener('visibilitychange', props.onPainted);
    return () => document.removeEventListener('visibilitychange', props.onPainted);
  }, [alert.id]);

  function copy(at: number) {
    const sentence = say[at];
    if (sentence !== undefined) void copyText(sentence).then((ok) => setCopied({ at, ok }));
  }

  useEffect(() => {
    if (!props.keys) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || Date.now() - sinceMs.current < KEYS_REST_MS) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      if (event.key === 'Escape') props.onPutAway();
      else if (/^[1-3]$/.test(event.key)) copy(Number(event.key) - 1);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  function judge(useful: boolean) {
    setVerdict(useful);
    props.onFeedback(useful);
  }

  return (
    <article class={`card sev-${severity}`} data-alert={alert.id}>
      <header>
        <span class="badge">
          <SeverityIcon severity={severity} />
          {t(`severity.${severity}`)}
        </span>
        <h2>{prompt.title}</h2>
        <time>{t('prompt.ago', { age: duration(t, props.nowMs - alert.finding.wordsAtMs) })}</time>
        <button
          type="button"
          class="close"
          aria-label={t('prompt.dismiss')}
          title={`${t('prompt.dismiss')} (Esc)`}
          onClick={props.onPutAway}
        >
          ×
        </button>
      </header>
      {props.conversation !== undefined && (
        <button type="button" class="meant" onClick={props.onConversation}>
          {props.conversation}
        </button>
      )}
      <p class="what">{prompt.what}</p>
      {[repeatContact(t, alert), incident(t, alert)].map((known) => known && <p class="known">{known}</p>)}
      {alert.finding.provisional && <p class="provisional">{t('prompt.provisional')}</p>}
      {say.length > 0 && (
        <>
          <h3>{t('prompt.say')}</h3>
          <ol class="say">
            {say.map((sentence, at) => (
              <li key={at}>
                <button type="button" onClick={() => copy(at)}>
                  <kbd>{at + 1}</kbd>
                  <span class="sentence">{sentence}</span>
                  <span class="sr-only">{t('prompt.copy', { number: at + 1 })}</span>
                  <small>{copied?.at === at && copied.ok ? `✓ ${t('prompt.copied')}` : ''}</small>
                </button>
              </li>
            ))}
          </ol>
        </>
      )}
      <p class="next">
        <strong>{t('prompt.next')}</strong>
        {prompt.next}
      </p>
      <footer>
        <button type="button" aria-pressed={verdict === true} onClick={() => judge(true)}>
          {t('prompt.useful')}
        </button>
        <button type="button" aria-pressed={verdict === false} onClick={() => judge(false)}>
          {t('prompt.useless')}
        </button>
        <span role="status">
          {copied && !copied.ok ? t('prompt.copy-failed') : verdict === undefined ? '' : t('prompt.thanks')}
        </span>
        {props.more > 0 && <span class="more">{t('prompt.more', { count: props.more })}</span>}
        <button type="button" class="dismiss" onClick={props.onPutAway}>
          {t('prompt.dismiss')}
        </button>
      </footer>
    </article>
  );
}
