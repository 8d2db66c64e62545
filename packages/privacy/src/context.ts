import type { ContextKind } from './types.js';

export interface ContextHit {
  kind: ContextKind;
  from: number;
  to: number;
}

/** Words that say what the number beside them is. Latin words stand alone; spaces in them may be missing. */
const WORDS: Record<ContextKind, { zh: string[]; en: string[] }> = {
  code: {
    zh: ['验证码', '校验码', '动态码', '短信码', '授权码', '激活码', '取件码', '确认码', '识别码', '動態碼', '驗證碼'],
    en: [
      'verification ?codes?',
      'pass ?codes?',
      'one[- ]?time',
      'otp',
      '(?<!(?:zip|postal|area|dress|country|error|promo|bar) ?)codes?',
    ],
  },
  password: { zh: ['密码', '口令', '密碼'], en: ['pass ?words?', 'pin', 'pins', 'passwd', 'pwd', 'secret'] },
  cvv: { zh: ['安全码', '背面三位', '后三位', '末三位', '安全碼'], en: ['cvv2?', 'cvc2?', 'cvn2?', 'security ?code'] },
  card: {
    zh: [
      '卡号',
      '银行卡',
      '信用卡',
      '储蓄卡',
      '借记卡',
      '账号',
      '帐号',
      '账户',
      '帐户',
      '尾号',
      '尾数',
      '后四位',
      '末四位',
      '卡號',
      '賬號',
    ],
    en: ['cards?', 'account', 'iban', 'debit', 'last four'],
  },
  id: {
    zh: ['身份证', '证件号', '身份号', '身分证', '身份證', '驾驶证', '驾照'],
    en: ['id ?numbers?', 'id ?cards?', 'identity', 'social security', 'ssn', 'licen[cs]e'],
  },
  phone: {
    zh: ['手机号', '电话号', '电话', '联系方式', '手机是', '号码', '手機', '電話', '座机'],
    en: ['phone', 'mobile', 'cell', 'telephone', 'call me at', 'call me on', 'reach me'],
  },
  passport: { zh: ['护照', '通行证', '護照'], en: ['passport'] },
  credit: { zh: ['信用代码', '税号', '纳税人识别号', '统一代码'], en: ['tax ?id', 'vat'] },
  order: {
    zh: ['订单', '单号', '工单', '流水号', '編號', '编号', '訂單'],
    en: ['order', 'tracking', 'ticket', 'reference'],
  },
};

/** The security code of a card would otherwise be read as any code, so it is tried first. */
const KINDS = (Object.keys(WORDS) as ContextKind[]).sort((a, b) => Number(b === 'cvv') - Number(a === 'cvv'));
/** One alternation of literals, a capture for each kind: tried position by position, the time is linear in the text. */
const PATTERN = new RegExp(
  KINDS.map((kind) => `(${[...WORDS[kind].zh, ...WORDS[kind].en.map((word) => `\\b${word}\\b`)].join('|')})`).join('|'),
  'gi',
);

export function findContexts(text: string): ContextHit[] {
  const hits: ContextHit[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const kind = KINDS[match.findIndex((capture, i) => i > 0 && capture !== undefined) - 1];
    const last = hits.at(-1);
    // 身份证号码, 订单号码: the general word belongs to the one it ends.
    if (last && match[0] === '号码' && match.index - last.to <= 1) last.to = match.index + 2;
    else if (kind) hits.push({ kind, from: match.index, to: match.index + match[0].length });
  }
  return hits;
}

/** Units of text that a context reaches over, masked values not counted. */
export const CONTEXT_REACH = 40;
const CONNECTORS =
  /^(?:[\s"'“”‘’:：=\-—(（#,，是为的号码呢啊就嗯呃叫后前最末四三六位数字尾也]|is|no\.?|numbers?|are|was|it|it's|my|the|code|card|here){0,14}$/i;
const TRAILING = /^[\s,，]{0,3}(?:(?:这?就?是|is)\s?)?(?:我的|我|你的|my|the)?\s?$/i;

/** Only connecting words between the context and the number: "卡号是", "my PIN is". */
export function adjacent(text: string, hit: ContextHit, from: number): boolean {
  return from - hit.to <= 24 && CONNECTORS.test(text.slice(hit.to, from));
}

/** The word follows its number: "1234是我的密码". */
export function follows(text: string, to: number, hit: ContextHit): boolean {
  if (hit.from - to > 10) return false;
  const between = text.slice(to, hit.from);
  return /是|is/i.test(between) && TRAILING.test(between);
}
