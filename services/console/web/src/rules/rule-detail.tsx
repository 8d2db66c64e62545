import { type ReactNode, useEffect, useState } from 'react';
import { dateTime } from '../../../client/src/words/clock-time.js';
import { SeverityTag } from '../bits.js';
import { useUi } from '../ui.js';
import { type Example, filesOf, type Rule, type Versions } from './api.js';
import type { WrittenRule } from './compare.js';
import { type RuleRow, textIn } from './rule-list.js';
import type { Counted } from './rule-table.js';
import { HashLink } from './version-bits.js';

interface RuleDetailProps {
  row: RuleRow;
  counted: Counted;
  /** Of the set in force. */
  hash: string | undefined;
  versions: Versions | undefined;
}

/** One rule: what it says to people, what it hit in which version, its examples, and how it is written. */
export function RuleDetail({ row, counted, hash, versions }: RuleDetailProps) {
  const { t, language } = useUi();
  const { id, title, rule } = row;
  return (
    <article className={`rule-detail${rule ? ` sev-${rule.severity}` : ''}`}>
      <header>
        {rule && <SeverityTag severity={rule.severity} />}
        <h2>{title}</h2>
      </header>
      <p className="meta">
        <code>{id}</code>
        {rule && ` · ${t('rules.points', { points: rule.points })} · ${t(`rules.on.${rule.on}`)}`}
      </p>
      {!rule && <p>{t('rules.gone.hint')}</p>}
      {rule && (
        <dl className="about">
          <Fact name={t('rules.col.roles')}>{rule.roles.map((role) => t(`role.${role}`)).join(t('list.and'))}</Fact>
          <Fact name={t('rules.col.tags')}>{rule.tags.join(', ') || '–'}</Fact>
          <Fact name={t('rules.col.source')}>{rule.source ?? '–'}</Fact>
        </dl>
      )}
      <h3>{t('rules.hits')}</h3>
      <HitsOfRule row={row} counted={counted} versions={versions} />
      {rule && (
        <>
          <h3>{t('evidence.say')}</h3>
          <p>{textIn(rule.prompt.what, language)}</p>
          <ol>
            {rule.prompt.say.map((sentence) => (
              <li key={textIn(sentence, language)}>{textIn(sentence, language)}</li>
            ))}
          </ol>
          <p className="next">
            <strong>{t('evidence.next')}</strong> {textIn(rule.prompt.next, language)}
          </p>
          <Examples rule={rule} />
          {hash !== undefined && <Written hash={hash} ruleId={id} />}
        </>
      )}
    </article>
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

function HitsOfRule({ row: { hits }, counted, versions }: Pick<RuleDetailProps, 'row' | 'counted' | 'versions'>) {
  const { t } = useUi();
  if (counted !== 'on') return <p className="meta">{t(`rules.counted.${counted}`, { days: 7 })}</p>;
  if (!hits) return <p className="meta">{t('rules.hits.none')}</p>;
  const { findings, conversations, takenBack, lastAtMs, byVersion } = hits;
  return (
    <>
      <p>
        {t('rules.hits.all', { findings, conversations })}
        {takenBack > 0 && ` · ${t('rules.hits.taken-back', { count: takenBack })}`}
        {` · ${t('rules.hits.last', { at: dateTime(lastAtMs) })}`}
      </p>
      <table className="by-version">
        <thead>
          <tr>
            <th scope="col">{t('rules.version')}</th>
            <th scope="col">{t('rules.col.findings')}</th>
            <th scope="col">{t('rules.col.conversations')}</th>
          </tr>
        </thead>
        <tbody>
          {byVersion.map((one) => (
            <tr key={one.ruleSetHash}>
              <td>
                <HashLink hash={one.ruleSetHash} versions={versions} />
              </td>
              <td className="num">{one.findings}</td>
              <td className="num">{one.conversations}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Examples({ rule: { examples } }: { rule: Rule }) {
  const { t } = useUi();
  if (examples.hit.length + examples.miss.length === 0) return null;
  return (
    <details>
      <summary>{t('rules.examples', { count: examples.hit.length + examples.miss.length })}</summary>
      {(['hit', 'miss'] as const).map((kind) =>
        examples[kind].length === 0 ? null : (
          <section key={kind} className={`examples ${kind}`}>
            <h3>{t(`rules.examples.${kind}`)}</h3>
            <ul>
              {examples[kind].map((example) => (
                <li key={JSON.stringify(example)}>
                  <ExampleText example={example} />
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </details>
  );
}

function ExampleText({ example }: { example: Example }) {
  const { t } = useUi();
  if (typeof example === 'string') return <>{example}</>;
  const turns = Array.isArray(example) ? example : example.turns;
  return turns.map((turn, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: turns of one example have no other name and never move
    <p key={at}>
      {t('evidence.speaker', { role: t(`role.${turn.role}`) })}
      {turn.text}
    </p>
  ));
}

/** The reader of YAML comes only when somebody wants to see it. */
function Written({ hash, ruleId }: { hash: string; ruleId: string }) {
  const { t } = useUi();
  const [open, setOpen] = useState(false);
  const [written, setWritten] = useState<WrittenRule | 'loading' | 'failed'>('loading');
  useEffect(() => {
    if (!open) return;
    let gone = false;
    readWritten(hash, ruleId).then(
      (found) => !gone && setWritten(found ?? 'failed'),
      () => !gone && setWritten('failed'),
    );
    return () => {
      gone = true;
    };
  }, [open, hash, ruleId]);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('rules.written')}</summary>
      {typeof written === 'string' ? (
        <p className="meta">{t(`page.${written}`)}</p>
      ) : (
        <>
          <p className="meta">{written.file}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre tabIndex={0}>{written.text}</pre>
        </>
      )}
    </details>
  );
}

async function readWritten(hash: string, ruleId: string): Promise<WrittenRule | undefined> {
  const [{ writtenRules }, files] = await Promise.all([import('./compare.js'), filesOf(hash)]);
  return files && writtenRules(files).get(ruleId);
}
