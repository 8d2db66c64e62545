import type { Alert } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import { useState } from 'react';
import type { Names } from '../../client/src/live/state.js';
import { AlertActions } from './alert-actions.js';
import { Ago, SeverityTag } from './bits.js';
import { HistoryLines } from './history-lines.js';
import { Quotes } from './quotes.js';
import { RuleLine } from './rule-line.js';
import { Timeline } from './timeline.js';
import { useUi } from './ui.js';
import { WhyToggle } from './why/why-toggle.js';

interface EvidenceCardProps {
  alert: Alert;
  names: Names;
  lines: readonly TranscriptLine[];
  /** The one that was asked for: stands open. */
  current: boolean;
  open: boolean;
  onJump(line: string): void;
}

/** Why it stands: the words, the rule, what the agent was shown, and how fast it went. */
export function EvidenceCard({ alert, names, lines, current, open: atFirst, onJump }: EvidenceCardProps) {
  const { t } = useUi();
  const [toggled, setToggled] = useState<boolean | undefined>();
  const { finding } = alert;
  const open = toggled ?? atFirst;
  return (
    <article
      className={`evidence sev-${finding.severity}${current ? ' current' : ''}`}
      data-alert={alert.id}
      data-rule={finding.ruleId}
    >
      <header>
        <SeverityTag severity={finding.severity} />
        <h3>{finding.prompt.title}</h3>
        {finding.provisional && <em>{t('alert.provisional')}</em>}
        {alert.history && <em>{t('alert.history')}</em>}
        <Ago atMs={finding.wordsAtMs} />
      </header>
      <p className="what">{finding.prompt.what}</p>
      <HistoryLines alert={alert} names={names} />
      <Quotes
        evidence={finding.evidence}
        finding={{ severity: finding.severity, title: finding.prompt.title }}
        onJump={onJump}
      />
      <RuleLine {...finding} />
      <WhyToggle
        conversationId={alert.conversationId}
        findingId={finding.id}
        version={`${alert.version.offset}:${alert.version.index}`}
        lines={lines}
        onJump={onJump}
      />
      {open && (
        <>
          {finding.prompt.say.length > 0 && (
            <>
              <h4>{t('evidence.say')}</h4>
              <ol>
                {finding.prompt.say.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ol>
            </>
          )}
          <p className="next">
            <strong>{t('evidence.next')}</strong> {finding.prompt.next}
          </p>
          <h4>{t('timeline.heading')}</h4>
          <Timeline alert={alert} names={names} />
        </>
      )}
      <footer className="foot">
        <button type="button" className="linkish" aria-expanded={open} onClick={() => setToggled(!open)}>
          {t(open ? 'evidence.less' : 'evidence.more')}
        </button>
        <span className="meta">
          {alert.useful === undefined ? '' : t(alert.useful ? 'evidence.feedback.yes' : 'evidence.feedback.no')}
        </span>
        <AlertActions alert={alert} full />
      </footer>
    </article>
  );
}
