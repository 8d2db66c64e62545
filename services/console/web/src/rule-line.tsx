import { formatRoute } from './route.js';
import { useUi } from './ui.js';

const HASH_SHOWN = 8;

interface RuleLineProps {
  ruleId: string;
  points: number;
  ruleSetHash: string;
}

/** By which rule of which set; leads to the rule for those who may read it. */
export function RuleLine({ ruleId, points, ruleSetHash }: RuleLineProps) {
  const { t, may } = useUi();
  const text = t('evidence.rule', { rule: ruleId, points });
  return (
    <p className="meta rule">
      {may.rules ? (
        <a className="linkish" href={formatRoute({ page: 'rules', ruleId })}>
          {text}
        </a>
      ) : (
        <span>{text}</span>
      )}
      <span title={ruleSetHash}>
        {t('evidence.rule-set')} <code>{ruleSetHash.slice(0, HASH_SHOWN)}</code>
      </span>
    </p>
  );
}
