import { bankCard, residentId, seeded } from '../../packages/privacy/test/generator.js';

/** Invented personal data that stands nowhere else in the world, as it is said, and as it is searched for. */
export interface Plant {
  name: string;
  /** As it is put into a text or a field. */
  shown: string;
  /** What must not be found; a value that is said in two pieces has two. */
  needles: string[];
}

const random = seeded(20_261_122);
const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
const mobile = () => `139${digits(8)}`;
const fullWidth = (value: string) =>
  value.replace(/[0-9A-Z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
const spoken = (value: string) => [...value].map((char) => '零一二三四五六七八九'[Number(char)] ?? char).join('');
const grouped = (value: string, joint: string) => value.match(/.{1,4}/g)?.join(joint) ?? value;

function plant(name: string, value: string, shown = value): Plant {
  return { name, shown, needles: [value] };
}

/** Every type that must never stay, in the forms in which it reaches a transcript. */
export const IN_WORDS: readonly Plant[] = (
  [
    ['resident id', residentId],
    ['bank card', bankCard],
    ['mobile', mobile],
  ] as const
).flatMap(([name, make]) => [
  plant(name, make(random)),
  ...((value) => [plant(`${name}, full width`, value, fullWidth(value))])(make(random)),
  ...((value) => [plant(`${name}, spaced`, value, [...value].join(' '))])(make(random)),
  ...((value) => [plant(`${name}, dashed`, value, grouped(value, '-'))])(make(random)),
  ...((value) => [plant(`${name}, spoken`, value, spoken(value))])(make(random)),
  ...((value) => [plant(`${name}, spoken with fillers`, value, grouped(spoken(value), '，嗯，'))])(make(random)),
]);

export const ANNOUNCED: readonly (Plant & { said: string })[] = [
  announced('landline', `0755-8${digits(7)}`, '您打 □ 就可以'),
  announced('email', `q${digits(7)}@example-bank.com`, '邮箱是 □'),
  announced('verification code', digits(6), '收到的验证码是 □'),
  announced('plate', `京A${digits(5)}`, '我的车牌是 □'),
  announced('unified credit code', '91350100M000100Y43', '统一社会信用代码是 □'),
];

function announced(name: string, value: string, frame: string) {
  return { ...plant(name, value), said: frame.replace('□', value) };
}

/** One number in two utterances: each piece alone must go. */
export const SPLIT: Plant & { pieces: [string, string] } = (() => {
  const value = bankCard(random).padEnd(16, '7');
  const pieces: [string, string] = [value.slice(0, 8), value.slice(8)];
  return { name: 'bank card over two utterances', shown: value, needles: pieces, pieces };
})();

/** What nobody makes an id of by chance; the door masks these in ids and names as well. */
export const IN_FIELDS = {
  eventId: plant('event id', mobile()),
  conversationId: plant('conversation id', residentId(random)),
  participantId: plant('participant id', mobile()),
  leg: plant('leg', mobile()),
  externalId: plant('external id', residentId(random)),
  externalEmail: plant('external id, email', `w${digits(7)}@example-bank.com`),
  customerKey: plant('customer key', mobile()),
  metadata: plant('metadata', bankCard(random)),
  rating: plant('rating comment', mobile()),
  reason: plant('reason of the end', mobile()),
  target: plant('target of a transfer', mobile()),
  skillGroup: plant('skill group', mobile()),
  queue: plant('queue', mobile()),
  businessLine: plant('business line', mobile()),
  metadataKey: plant('key of metadata', mobile()),
  externalKey: plant('key of an external id', mobile()),
};

export const IN_BROKEN = {
  json: plant('broken JSON', mobile()),
  unknownField: plant('name of an unknown field', mobile()),
  refused: plant('text that is too long', residentId(random)),
  conflict: plant('event that contradicts another', bankCard(random)),
  protobuf: plant('bytes that are no message', mobile()),
  live: plant('garbage on the live connection', mobile()),
  url: plant('address that does not exist', mobile()),
};

export const ALL: readonly Plant[] = [
  ...IN_WORDS,
  ...ANNOUNCED,
  SPLIT,
  ...Object.values(IN_FIELDS),
  ...Object.values(IN_BROKEN),
];
