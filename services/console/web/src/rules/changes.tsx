import { useUi } from '../ui.js';
import type { RuleChange } from './compare.js';
import { textIn } from './rule-list.js';

const KINDS = ['added', 'changed', 'removed'] as const;
const SIGNS = { same: ' ', gone: '−', new: '+', skipped: '⋯' } as const;
/** A whole new set is read in its files. */
const MOST_SHOWN = 300;

/** Rules added, changed and removed, each with its lines. */
export function Changes({ changes }: { changes: readonly RuleChange[] }) {
  const { t } = useUi();
  if (changes.length === 0) return <p className="meta">{t('rules.changes.none')}</p>;
  const counts = KINDS.map((kind) => changes.filter((one) => one.kind === kind).length);
  const [added = 0, changed = 0, removed = 0] = counts;
  return (
    <>
      <p className="change-counts">{t('rules.changes', { added, changed, removed })}</p>
      {changes.slice(0, MOST_SHOWN).map((change) => (
        <Change key={`${change.kind} ${change.rule.id}`} change={change} />
      ))}
      {changes.length > MOST_SHOWN && (
        <p className="meta">{t('rules.changes.more', { count: changes.length - MOST_SHOWN })}</p>
      )}
    </>
  );
}

function Change({ change: { kind, rule, fields, lines } }: { change: RuleChange }) {
  const { t, language } = useUi();
  return (
    <details className={`change ${kind}`} open={kind === 'changed'}>
      <summary>
        <b>{t(`rules.change.${kind}`)}</b> {textIn(rule.title, language)} <code>{rule.id}</code>
        {fields.length > 0 && (
          <span className="meta">{fields.map((field) => fieldName(t, field)).join(t('list.and'))}</span>
        )}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one comparison have no other name and never move
          <span key={at} className={line.kind}>
            <i aria-hidden="true">{SIGNS[line.kind]}</i>
            {line.kind === 'gone' && <span className="sr-only">{t('rules.line.gone')}</span>}
            {line.kind === 'new' && <span className="sr-only">{t('rules.line.new')}</span>}
            {`${line.text}\n`}
          </span>
        ))}
      </pre>
    </details>
  );
}

/** A key of the rule language by its name; a newer one by itself. */
function fieldName(t: ReturnType<typeof useUi>['t'], field: string): string {
  const key = `rules.field.${field}`;
  const name = t(key);
  return name === key ? field : name;
}
