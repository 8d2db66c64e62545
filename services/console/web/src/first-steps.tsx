import { CopyButton } from './copy-button.js';
import { Empty } from './empty.js';
import { useUi } from './ui.js';

/** A wall that has not heard anything yet: how to send it a conversation. */
export function FirstSteps() {
  const { t, ingestUrl } = useUi();
  const example = ingestUrl === undefined ? undefined : curlExample(ingestUrl, t('first.words'));
  return (
    <Empty title={t('first.title')} hint={t('first.hint')}>
      {example !== undefined && (
        <figure className="first-steps">
          <figcaption>
            {t('first.try')}
            <CopyButton text={example} label={t('first.copy')} />
          </figcaption>
          <pre>{example}</pre>
          <a className="linkish" href={`${ingestUrl}/docs`} target="_blank" rel="noreferrer">
            {t('first.docs')} ↗
          </a>
        </figure>
      )}
    </Empty>
  );
}

/** One sentence of a customer that the shipped rules answer. */
export function curlExample(ingestUrl: string, words: string): string {
  const event = {
    kind: 'utterance',
    participantId: 'customer',
    role: 'customer',
    leg: 'customer',
    segment: 0,
    text: words,
  };
  const body = JSON.stringify(event).replace(/}$/, `,"startMs":'$(date +%s)000',"endMs":'$(date +%s)000'}`);
  return `curl ${ingestUrl}/v1/conversations/first-$(date +%s)/events -H 'content-type: application/json' \\\n  -d '${body}'`;
}
