import type { Evidence } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import { clockTime } from '../../../client/src/words/clock-time.js';
import { MarkedText } from '../marked-text.js';
import { useUi } from '../ui.js';
import type { WhyNode } from './api.js';
import { pieces } from './places.js';

export interface Linked {
  /** By `leg:segment`. */
  lines: ReadonlyMap<string, Pick<TranscriptLine, 'role' | 'startMs'>>;
  onJump(line: string): void;
}

export function WhyTree({ node, linked }: { node: WhyNode; linked: Linked }) {
  return (
    <ul className="why-tree">
      <Node node={node} linked={linked} />
    </ul>
  );
}

function Node({ node, linked }: { node: WhyNode; linked: Linked }) {
  const { t } = useUi();
  const { condition, holds, reason, children, words = [], met = 0, scores } = node;
  const more = met - words.length;
  return (
    <li className={holds ? 'met' : 'unmet'}>
      <p>
        <b className="sign" role="img" aria-label={t(holds ? 'why.met' : 'why.unmet')}>
          {holds ? '✓' : '✗'}
        </b>
        <span className="condition">{condition}</span>
        <span className="reason">{words.length === 0 && <Sentence text={reason} linked={linked} />}</span>
      </p>
      {words.map((one, at) => (
        <Words key={`${one.leg}:${one.segment}`} words={one} scores={scores?.[at]} linked={linked} />
      ))}
      {more > 0 && <p className="reason">{t('why.more', { count: more })}</p>}
      {children.length > 0 && (
        <ul>
          {children.map((child, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of a condition have no other name and keep their order
            <Node key={at} node={child} linked={linked} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface WordsProps {
  words: Evidence;
  scores: readonly (number | null)[] | undefined;
  linked: Linked;
}

/** The words that met the condition, with what was found or measured in them. */
function Words({ words, scores, linked }: WordsProps) {
  const { t } = useUi();
  return (
    <blockquote>
      <Place line={`${words.leg}:${words.segment}`} said={words} linked={linked} />{' '}
      <MarkedText text={words.quote} hits={[{ severity: 'low', spans: words.spans, title: t('why.found') }]} />
      {scores && (
        <span className="reason"> {t('why.scores', { scores: scores.map((score) => score ?? '?').join(' → ') })}</span>
      )}
    </blockquote>
  );
}

function Sentence({ text, linked }: { text: string; linked: Linked }) {
  return pieces(text, linked.lines.keys()).map((piece, at) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: pieces of one sentence have no other name and never move
    if (piece.kind === 'text') return <span key={at}>{piece.text}</span>;
    if (piece.kind === 'time') return <time key={at}>{clockTime(piece.atMs)}</time>;
    return <Place key={at} line={piece.line} said={linked.lines.get(piece.line)} linked={linked} />;
    // biome-ignore-end lint/suspicious/noArrayIndexKey: as above
  });
}

interface PlaceProps {
  line: string;
  said: Pick<TranscriptLine, 'role' | 'startMs'> | undefined;
  linked: Linked;
}

/** Who said it and when; leads to the utterance. */
function Place({ line, said, linked }: PlaceProps) {
  const { t } = useUi();
  if (!said) return null;
  const name = `${t(`role.${said.role}`)} ${clockTime(said.startMs)}`;
  if (!linked.lines.has(line)) return <span className="num">{name}</span>;
  return (
    <button type="button" className="linkish num" onClick={() => linked.onJump(line)}>
      {name}
    </button>
  );
}
