import type { LiveState, Notice } from '../../client/src/live/state.js';
import { staffText } from '../../client/src/words/staff.js';
import type { Translate } from '../../client/src/words/translate.js';
import { useLive, useUi } from './ui.js';

/** What went otherwise than the person wanted: told until read. */
export function Notices() {
  const { t, session } = useUi();
  const notices = useLive((state) => state.notices);
  const alerts = useLive((state) => state.alerts);
  const names = useLive((state) => state.names);
  return (
    <div role="status" className="notices">
      {notices.map((notice) => (
        <p key={notice.id}>
          <span>{noticeText(t, notice, { alerts, names })}</span>
          <button type="button" onClick={() => session.readNotice(notice.id)}>
            {t('notice.close')}
          </button>
        </p>
      ))}
    </div>
  );
}

function noticeText(t: Translate, notice: Notice, { alerts, names }: Pick<LiveState, 'alerts' | 'names'>): string {
  switch (notice.kind) {
    case 'claim-lost': {
      const title = alerts.get(notice.alertId)?.finding.prompt.title ?? '';
      return t('notice.claim-lost', { by: staffText(names, notice.by), title });
    }
    case 'act-failed':
      return t('notice.act-failed', { message: why(t, notice) });
    case 'server-error':
      return t('notice.server-error', { message: why(t, notice) });
  }
}

/** The server speaks English; what happens often has words of the page's own. */
function why(t: Translate, notice: { code: string; message: string }): string {
  const key = `code.${notice.code}`;
  const text = t(key);
  return text === key ? notice.message || notice.code : text;
}
