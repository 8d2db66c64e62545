import { dateTime } from '../../../client/src/words/clock-time.js';
import { Empty } from '../empty.js';
import { formatRoute } from '../route.js';
import { useUi } from '../ui.js';
import type { Versions } from './api.js';
import type { Asked } from './use-rules.js';
import { Author, Hash } from './version-bits.js';
import { VersionDetail } from './version-detail.js';

interface VersionsPageProps {
  versions: Asked<Versions>;
  epoch: number | undefined;
  onChanged(): void;
}

/** Each time that rules came into force, newest first; the opened one with what it changed. */
export function VersionsPage({ versions: asked, epoch, onChanged }: VersionsPageProps) {
  const { t } = useUi();
  if (typeof asked === 'string') return <Empty title={t(`page.${asked}`)} />;
  const { versions, names } = asked;
  const at = epoch === undefined ? 0 : versions.findIndex((one) => one.epoch === epoch);
  const opened = versions[at];
  if (versions.length === 0) return <Empty title={t('rules.versions.none')} />;
  return (
    <div className="page-body versions">
      <ol className="version-list" aria-label={t('rules.tab.versions')}>
        {versions.map((version) => (
          <li key={version.epoch}>
            <a
              href={formatRoute({ page: 'versions', epoch: version.epoch })}
              aria-current={version === opened ? 'true' : undefined}
            >
              <span className="top">
                <b className={`action ${version.action}`}>{t(`rules.action.${version.action}`)}</b>
                <Hash hash={version.hash} />
                {version.inForce && <em className="in-force">{t('rules.in-force')}</em>}
                <time className="num">{dateTime(version.atMs)}</time>
              </span>
              <span className="who">
                <Author version={version} names={names} />
              </span>
              <span className="why">{version.why || t('rules.why.none')}</span>
            </a>
          </li>
        ))}
      </ol>
      <section className="rule-side" aria-label={t('rules.detail')}>
        {opened ? (
          <VersionDetail
            key={opened.epoch}
            version={opened}
            before={versions[at + 1]}
            names={names}
            onChanged={onChanged}
          />
        ) : (
          <Empty title={t('rules.versions.unknown')} />
        )}
      </section>
    </div>
  );
}
