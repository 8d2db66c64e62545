import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useUi } from './ui.js';

/** What the server tells of those whom this person answers for. */
interface Presence {
  /** Whether the pages of every console are known: if not, who seems away may be there. */
  complete: boolean;
  here: number;
  all: number;
  /** Absent unless asked for; whoever is there stands first. */
  people?: { staffNumber: string; name: string; pages: ('desk' | 'wall')[] }[];
}

const AGAIN_AFTER_MS = 10_000;
const WHILE_OPEN_MS = 3_000;

/** How many of the staff have a page open, and on a click who. */
export function PresenceButton() {
  const { t } = useUi();
  const [open, setOpen] = useState(false);
  const presence = usePresence(open);
  if (!presence || presence.all === 0) return null;
  return (
    <>
      <Button size="small" type="text" className="presence" onClick={() => setOpen(true)}>
        {t('presence.count', { here: presence.here, all: presence.all })}
      </Button>
      <Modal open={open} title={t('presence.heading')} footer={null} onCancel={() => setOpen(false)} width={420}>
        {!presence.complete && <p className="meta">{t('presence.incomplete')}</p>}
        <ul className="presence-list">
          {presence.people?.map((person) => (
            <PersonLine key={person.staffNumber} person={person} complete={presence.complete} />
          ))}
        </ul>
        {presence.people && presence.people.length < presence.all && (
          <p className="meta">{t('presence.more', { count: presence.all - presence.people.length })}</p>
        )}
      </Modal>
    </>
  );
}

function PersonLine({ person, complete }: { person: NonNullable<Presence['people']>[number]; complete: boolean }) {
  const { t } = useUi();
  const { staffNumber, name, pages } = person;
  const here = pages.length > 0;
  const state = here ? 'here' : complete ? 'away' : 'unknown';
  return (
    <li className={here ? 'here' : ''} data-staff={staffNumber}>
      <span>
        {name} <span className="meta num">{staffNumber}</span>
      </span>
      <span className="meta">
        {pages.map((page) => t(`presence.${page}`)).join(' · ')} <em>{t(`presence.${state}`)}</em>
      </span>
    </li>
  );
}

/** Undefined until the first answer; what was answered last stays while the server cannot be reached. */
function usePresence(list: boolean): Presence | undefined {
  const [presence, setPresence] = useState<Presence>();
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const response = await fetch(list ? '/v1/presence?list' : '/v1/presence', { signal: abort.signal });
        if (response.ok) setPresence((await response.json()) as Presence);
      } catch {
        // Asked again in a moment; the state of the connection is shown elsewhere.
      }
      if (!abort.signal.aborted) timer = setTimeout(() => void ask(), list ? WHILE_OPEN_MS : AGAIN_AFTER_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [list]);
  return presence;
}
