import { staffText } from '../../../client/src/words/staff.js';
import { formatRoute } from '../route.js';
import { useUi } from '../ui.js';
import type { Version, Versions } from './api.js';

const HASH_SHOWN = 8;

export function Hash({ hash }: { hash: string }) {
  return (
    <code title={hash} className="hash">
      {hash.slice(0, HASH_SHOWN)}
    </code>
  );
}

/** Leads to the last time that this set came into force, as far as that is known here. */
export function HashLink({ hash, versions }: { hash: string; versions: Versions | undefined }) {
  const { t } = useUi();
  const version = versions?.versions.find((one) => one.hash === hash);
  if (!version) return <Hash hash={hash} />;
  return (
    <>
      <a className="linkish" href={formatRoute({ page: 'versions', epoch: version.epoch })}>
        <Hash hash={hash} />
      </a>
      {version.inForce && <em className="in-force">{t('rules.in-force')}</em>}
    </>
  );
}

/** A person, the start of the product, an API key, or the operator at the command line. */
export function Author({ version: { by, action }, names }: { version: Version; names: Versions['names'] }) {
  const { t } = useUi();
  if (action === 'start' && by === 'start') return <>{t('rules.by.start')}</>;
  if (by === 'operator') return <>{t('rules.by.operator')}</>;
  if (by.startsWith('operator:')) return <>{t('rules.by.operator.named', { name: by.slice('operator:'.length) })}</>;
  if (by.startsWith('key:')) return <>{t('rules.by.key', { name: by.slice('key:'.length) })}</>;
  return <>{staffText(names, by)}</>;
}
