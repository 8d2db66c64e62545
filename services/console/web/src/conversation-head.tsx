import type { ConversationRow } from '@earshot/wire/live';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { Names } from '../../client/src/live/state.js';
import { clockTime } from '../../client/src/words/clock-time.js';
import { Clock, SeverityTag, Staff } from './bits.js';
import { conversationName } from './conversation-table.js';
import { CopyButton } from './copy-button.js';
import { go } from './route.js';
import { useUi } from './ui.js';

/** What a contact centre may call its numbers; other names are shown as they were sent. */
const KNOWN_IDS: Record<string, string> = {
  call: 'id.call',
  callId: 'id.call',
  session: 'id.session',
  sessionId: 'id.session',
  recording: 'id.recording',
  recordingId: 'id.recording',
  ticket: 'id.ticket',
  ticketId: 'id.ticket',
};

/** Which conversation it is, who has it, and where else to look it up. */
export function ConversationHead({ row, names }: { row: ConversationRow; names: Names }) {
  const { t } = useUi();
  const { startedAtMs, endedAtMs } = row;
  return (
    <>
      <div className="page-head">
        <Button size="small" onClick={() => go({ page: 'wall' })}>
          ← {t('page.back')}
        </Button>
        <h2 title={row.conversationId}>{conversationName(row)}</h2>
        <span className={`phase${endedAtMs === undefined ? ' on' : ''}`}>
          {t(endedAtMs === undefined ? 'page.live' : 'page.ended')}
        </span>
        {row.risk && <SeverityTag severity={row.risk} />}
        <CopyButton text={window.location.href} label={t('page.copy')} />
      </div>
      <dl className="facts">
        <Fact name={t('col.channel')}>{t(`channel.${row.channel}`)}</Fact>
        <Fact name={t('col.skill')}>{row.skillGroup ?? '–'}</Fact>
        <Fact name={t('col.agent')}>
          <Staff names={names} staffNumbers={row.agents} />
        </Fact>
        {startedAtMs !== undefined && (
          <>
            <Fact name={t('page.started')}>
              <time className="num">{clockTime(startedAtMs)}</time>
            </Fact>
            <Fact name={t('col.duration')}>
              <Clock fromMs={startedAtMs} {...(endedAtMs === undefined ? {} : { toMs: endedAtMs })} />
            </Fact>
          </>
        )}
        {Object.entries(row.externalIds).map(([key, id]) => (
          <Fact key={key} name={Object.hasOwn(KNOWN_IDS, key) ? t(KNOWN_IDS[key] ?? key) : key}>
            <span className="num">{id}</span>
          </Fact>
        ))}
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
