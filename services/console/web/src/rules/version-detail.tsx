import { Segmented } from 'antd';
import { useEffect, useState } from 'react';
import { dateTime } from '../../../client/src/words/clock-time.js';
import { useUi } from '../ui.js';
import { type Files, filesOf, type Version, type Versions } from './api.js';
import { Changes } from './changes.js';
import type { RuleChange } from './compare.js';
import { Rollback } from './rollback.js';
import { Author, Hash } from './version-bits.js';

interface VersionDetailProps {
  version: Version;
  /** The one that was in force before it. */
  before: Version | undefined;
  names: Versions['names'];
  onChanged(): void;
}

type Loaded = { files: Files; rules: number; changes?: RuleChange[] };

/** One version: who, when, why; what it changed against the one before; its files. */
export function VersionDetail({ version, before, names, onChanged }: VersionDetailProps) {
  const { t, may } = useUi();
  const [show, setShow] = useState<'changes' | 'files'>('changes');
  const loaded = useVersion(version.hash, before?.hash);
  return (
    <article className="version-detail">
      <header>
        <h2>
          {t(`rules.action.${version.action}`)} <Hash hash={version.hash} />
        </h2>
        {version.inForce && <em className="in-force">{t('rules.in-force')}</em>}
        {may.rules === 'publish' && !version.inForce && <Rollback version={version} onDone={onChanged} />}
      </header>
      <p className="meta">
        <Author version={version} names={names} /> · <time className="num">{dateTime(version.atMs)}</time>
        {typeof loaded !== 'string' && ` · ${t('rules.count', { count: loaded.rules })}`}
      </p>
      <p>{version.why || t('rules.why.none')}</p>
      <Segmented
        size="small"
        value={show}
        onChange={setShow}
        options={(['changes', 'files'] as const).map((one) => ({ value: one, label: t(`rules.version.${one}`) }))}
      />
      {typeof loaded === 'string' ? (
        <p className="meta">{t(loaded === 'unknown' ? 'rules.files.unknown' : `page.${loaded}`)}</p>
      ) : show === 'files' ? (
        <FileList files={loaded.files} />
      ) : loaded.changes ? (
        <Changes changes={loaded.changes} />
      ) : (
        <p className="meta">{t(before ? 'rules.before.unknown' : 'rules.before.none')}</p>
      )}
    </article>
  );
}

function FileList({ files }: { files: Files }) {
  return Object.entries(files).map(([name, text]) => (
    <details key={name} className="file">
      <summary>{name}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  ));
}

function useVersion(hash: string, before: string | undefined): Loaded | 'loading' | 'failed' | 'unknown' {
  const [loaded, setLoaded] = useState<Loaded | 'loading' | 'failed' | 'unknown'>('loading');
  useEffect(() => {
    let gone = false;
    load(hash, before).then(
      (found) => !gone && setLoaded(found ?? 'unknown'),
      () => !gone && setLoaded('failed'),
    );
    return () => {
      gone = true;
    };
  }, [hash, before]);
  return loaded;
}

/** The reader of YAML is large, and comes only with the first version that somebody opens. */
async function load(hash: string, before: string | undefined): Promise<Loaded | undefined> {
  const [{ compareRules, writtenRules }, files, former] = await Promise.all([
    import('./compare.js'),
    filesOf(hash),
    before === undefined ? undefined : filesOf(before),
  ]);
  if (!files) return undefined;
  const rules = writtenRules(files).size;
  return former ? { files, rules, changes: compareRules(former, files) } : { files, rules };
}
