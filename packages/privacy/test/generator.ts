/** Seeded planting of invented personal data in ordinary sentences; the expected answer is known without a detector. */

export interface Planted {
  type: string;
  /** The value as it is written or spoken in the text. */
  shown: string;
  text: string;
  start: number;
  end: number;
}

export type Random = () => number;

/** mulberry32 */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const digits = (random: Random, count: number) =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
const between = (random: Random, low: number, high: number) =>
  String(low + Math.floor(random() * (high - low + 1))).padStart(2, '0');

function luhnDigit(body: string): string {
  let sum = 0;
  for (const [i, char] of [...body].reverse().entries()) {
    const digit = Number(char) * (i % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

export function residentId(random: Random): string {
  const region = pick(random, ['110105', '310101', '440306', '510107', '330102', '420106', '610113', '230102']);
  const body = `${region}${between(random, 1950, 2005)}${between(random, 1, 12)}${between(random, 1, 28)}${digits(random, 3)}`;
  // GB 11643 by its definition: the check makes the sum of digit * 2^(position) leave 1 modulo 11.
  let sum = 0;
  for (const [i, char] of [...body].entries()) sum += Number(char) * (2 ** (17 - i) % 11);
  const check = (12 - (sum % 11)) % 11;
  return body + (check === 10 ? 'X' : String(check));
}

export function bankCard(random: Random): string {
  const prefix = pick(random, ['622202', '621700', '622848', '4', '51', '6217', '376', '955880']);
  const length = prefix === '376' ? 15 : prefix.startsWith('62') && random() < 0.6 ? 19 : 16;
  const body = prefix + digits(random, length - 1 - prefix.length);
  return body + luhnDigit(body);
}

const SPOKEN = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const ENGLISH = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const spoken = (random: Random, value: string) =>
  [...value].map((char) => (char === '1' && random() < 0.5 ? '幺' : (SPOKEN[Number(char)] ?? char))).join('');
const fullWidth = (value: string) =>
  value.replace(/[0-9A-Z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
const grouped = (value: string, sizes: number[], joint: string) => {
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; at < value.length; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)] ?? 4;
    parts.push(value.slice(at, at + size));
    at += size;
  }
  return parts.join(joint);
};

/** Every way a number reaches a transcript; the value stays the same. */
export function disguise(random: Random, value: string): string {
  const sizes = value.length === 11 ? [3, 4, 4] : [4];
  return pick(random, [
    () => value,
    () => value,
    () => fullWidth(value),
    () => grouped(value, sizes, ' '),
    () => grouped(value, sizes, '-'),
    () => [...value].join(' '),
    () => [...value].join('\u200b'),
    () => spoken(random, value),
    () => grouped(spoken(random, value), sizes, '，'),
    () => grouped(spoken(random, value), sizes, pick(random, ['，嗯，', '，那个，', '呃', '，然后，'])),
    () => grouped(spoken(random, value), sizes, '杠'),
    () => [...value].map((char) => ENGLISH[Number(char)] ?? char).join(' '),
  ])();
}

interface Kind {
  value(random: Random): string;
  frames: readonly string[];
  disguised: boolean;
}

const OPEN_FRAMES = ['□', '您记一下，□', '嗯是这个□，谢谢', 'ok it is □ thanks', '麻烦您了，□。'];
const KINDS: Record<string, Kind> = {
  ID_CARD: {
    value: residentId,
    disguised: true,
    frames: [...OPEN_FRAMES, '我的身份证号是□，帮我查一下', '身份证□没错'],
  },
  BANK_CARD: { value: bankCard, disguised: true, frames: [...OPEN_FRAMES, '我的卡号是□', 'my card number is □'] },
  MOBILE: {
    value: (random) => `1${pick(random, ['38', '59', '77', '86', '99', '30'])}${digits(random, 8)}`,
    disguised: true,
    frames: [...OPEN_FRAMES, '手机号□，请联系我', '您打+86 □就行'],
  },
  LANDLINE: {
    value: (random) =>
      pick(random, ['010-', '021', '0755-', '028 ']) + pick(random, ['6', '8', '5']) + digits(random, 7),
    disguised: false,
    frames: ['酒店电话是□', '您打□就可以', '前台□，随时打'],
  },
  EMAIL: {
    value: (random) => {
      const name = pick(random, ['zhang.san', 'li_si', 'wang-wu88', 'a', 'service2024']);
      const host = pick(random, ['qq', '163', 'example', 'mail.corp']);
      return random() < 0.3 ? `${name}艾特${host.replace('.', '点')}点com` : `${name}@${host}.com`;
    },
    disguised: false,
    frames: ['邮箱，□。', '请发到□吧', '《□》是我的邮箱'],
  },
  VERIFICATION_CODE: {
    value: (random) => digits(random, pick(random, [4, 6])),
    disguised: true,
    frames: ['验证码是□', '收到的验证码：□，对吗', 'the verification code is □'],
  },
  CVV: { value: (random) => digits(random, 3), disguised: false, frames: ['CVV是□', '安全码□', 'the CVV is □'] },
  PASSWORD: {
    value: (random) => pick(random, [digits(random, 6), `abc${digits(random, 3)}`, digits(random, 4)]),
    disguised: false,
    frames: ['密码是□', '我的密码□你记一下', 'my PIN is □', '□是我的密码'],
  },
  PLATE: {
    value: (random) =>
      pick(random, ['京A', '粤B', '沪C·', '浙 A']) +
      pick(random, [digits(random, 5), `D${digits(random, 5)}`, `${digits(random, 3)}K8`]),
    disguised: false,
    frames: ['车牌□', '我的车是□，停在门口'],
  },
  CREDIT_CODE: {
    value: (random) => pick(random, ['91350100M000100Y43', '9135 0100 M000 100Y 43']),
    disguised: false,
    frames: ['公司代码□', '统一社会信用代码是□'],
  },
  PASSPORT: { value: (random) => `E${digits(random, 8)}`, disguised: false, frames: ['护照号□', 'passport □'] },
  IP: {
    value: (random) => `10.${between(random, 10, 200)}.${between(random, 1, 99)}.7`,
    disguised: false,
    frames: ['我的IP是□', 'from □ yesterday'],
  },
  US_SSN: {
    value: (random) => `${between(random, 100, 600)}-${between(random, 10, 99)}-${between(random, 1000, 9999)}`,
    disguised: false,
    frames: ['my SSN is □', 'it is □'],
  },
  IBAN: {
    value: (random) =>
      pick(random, ['DE89 3704 0044 0532 0130 00', 'GB29NWBK60161331926819', 'FR1420041010050500013M02606']),
    disguised: false,
    frames: ['IBAN □', 'please pay to □ today'],
  },
};

export const KIND_NAMES = Object.keys(KINDS);

export function plant(random: Random, type: string): Planted {
  const kind = KINDS[type];
  if (!kind) throw new Error(type);
  const value = kind.value(random);
  const shown = kind.disguised ? disguise(random, value) : value;
  const frame = pick(random, kind.frames);
  const start = frame.indexOf('□');
  return { type, shown, text: frame.replace('□', () => shown), start, end: start + shown.length };
}
