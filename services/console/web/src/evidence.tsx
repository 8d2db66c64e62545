import type { Alert, Timeline } from '@earshot/model';
import { clockTime } from '../../client/src/words/clock-time.js';
import { AlertActions } from './alert-actions.js';
import { Ago, Quote, SeverityTag } from './bits.js';
import { lineId } from './transcript-view.js';
import { useUi } from './ui.js';

const STEPS: [keyof Timeline, string][] = [
  ['spokenMs', 'spoken'],
  ['judgedMs', 'judged'],
  ['raisedMs', 'raised'],
  ['deliveredMs', 'delivered'],
  ['seenMs', 'seen'],
  ['claimedMs', 'claimed'],
  ['closedMs', 'closed'],
];

/** Why it stands: the words, the rule, what the agent was shown, and how fast it went. */
export function EvidenceCard({
  alert,
  current,
  onJump,
}: {
  alert: Alert;
  current: boolean;
  onJump(line: string): void;
}) {
  const { t } = useUi();
  const { finding } = alert;
  return (
    <article className={`evidence sev-${finding.severity}${current ? ' current' : ''}`} data-alert={alert.id}>
      <header>
        <SeverityTag severity={finding.severity} />
        <h3>{finding.prompt.title}</h3>
        <Ago atMs={finding.wordsAtMs} />
      </header>
      <p className="what">{finding.prompt.what}</p>
      <h4>{t('evidence.heading')}</h4>
      {finding.evidence.map((item) => (
        <blockquote key={lineId(item)}>
          <p>
            <Quote text={item.quote} spans={item.spans} severity={finding.severity} />
          </p>
          <footer>
            {t(`role.${item.role}`)} · <time className="num">{clockTime(item.startMs)}</time>
            <button type="button" className="linkish" onClick={() => onJump(lineId(item))}>
              {t('evidence.jump')}
            </button>
          </footer>
        </blockquote>
      ))}
      <p className="meta">{t('evidence.rule', { rule: finding.ruleId, points: finding.points })}</p>
      {finding.prompt.say.length > 0 && (
        <>
          <h4>{t('evidence.say')}</h4>
          <ol>
            {finding.prompt.say.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ol>
          <p className="next">
            <strong>{t('evidence.next')}</strong> {finding.prompt.next}
          </p>
        </>
      )}
      <Steps timeline={alert.timeline} />
      <footer className="foot">
        <span className="meta">
          {alert.useful === undefined ? '' : t(alert.useful ? 'evidence.feedback.yes' : 'evidence.feedback.no')}
        </span>
        <AlertActions alert={alert} full />
      </footer>
    </article>
  );
}

/** Each step that happened, with the time since the words were spoken. */
function Steps({ timeline }: { timeline: Timeline }) {
  const { t } = useUi();
  return (
    <ol className="steps">
      {STEPS.map(([key, name]) => {
        const atMs = timeline[key];
        if (atMs === undefined) return null;
        return (
          <li key={name}>
            <span>{t(`timeline.${name}`)}</span>
            <b className="num">{name === 'spoken' ? clockTime(atMs) : since(atMs - timeline.spokenMs)}</b>
          </li>
        );
      })}
    </ol>
  );
}

function since(ms: number): string {
  if (ms < 1000) return `+${Math.max(0, ms)} ms`;
  return ms < 100_000 ? `+${(ms / 1000).toFixed(1)} s` : `+${Math.round(ms / 60_000)} min`;
}
