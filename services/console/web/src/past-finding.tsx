import type { Evidence, Severity } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import { dateTime } from '../../client/src/words/clock-time.js';
import { SeverityTag } from './bits.js';
import { Quotes } from './quotes.js';
import { RuleLine } from './rule-line.js';
import { useUi } from './ui.js';
import { WhyToggle } from './why/why-toggle.js';

/** What stood in a conversation whose alerts are no longer held. */
export interface PastFinding {
  id: string;
  ruleId: string;
  title: string;
  severity: Severity;
  points: number;
  wordsAtMs: number;
  ruleSetHash: string;
  evidence: Evidence[];
}

interface PastFindingProps {
  conversationId: string;
  finding: PastFinding;
  lines: readonly TranscriptLine[];
  onJump(line: string): void;
}

export function PastFindingCard({ conversationId, finding, lines, onJump }: PastFindingProps) {
  const { t } = useUi();
  return (
    <article className={`evidence sev-${finding.severity}`} data-alert={finding.id} data-rule={finding.ruleId}>
      <header>
        <SeverityTag severity={finding.severity} />
        <h3>{finding.title}</h3>
        <em>{t('why.past')}</em>
        <time className="num">{dateTime(finding.wordsAtMs)}</time>
      </header>
      <Quotes evidence={finding.evidence} finding={finding} onJump={onJump} />
      <RuleLine {...finding} />
      <WhyToggle conversationId={conversationId} findingId={finding.id} version="" lines={lines} onJump={onJump} />
    </article>
  );
}
