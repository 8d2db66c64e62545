import { createMasker, findPersonalData } from '@earshot/privacy';
import { describe, expect, test } from 'vitest';
import { event, utterance } from '../testing/start-ingest.js';
import { withEventId } from './event-id.js';
import { maskEvent } from './mask-event.js';

const masker = createMasker({ key: 'a key of at least sixteen bytes' });
const MOBILE = '13800138000';
const CARD = '6222021234567890128';
const ID_CARD = '11010519491231002X';
const EMAIL = 'li.lei@example.com';

/** Personal data in every field that a sender can fill with words. */
const planted = [
  utterance(0, `我的手机是${MOBILE}，卡号${CARD}`),
  utterance(0, 'x', { participantId: MOBILE, leg: `leg-${MOBILE}` }),
  event({ kind: 'ended', reason: `客户${MOBILE}挂断` }, { conversationId: `call-${MOBILE}`, eventId: EMAIL }),
  event({ kind: 'rating', score: 1, scale: 5, comment: `打我电话${MOBILE}` }),
  event({ kind: 'metadata', fields: { phone: MOBILE, card: CARD, id: ID_CARD, note: `邮箱 ${EMAIL}` } }),
  event({ kind: 'call-progress', step: 'cold-transfer', target: MOBILE, participantId: MOBILE }),
  event({ kind: 'participant-joined', participantId: EMAIL, role: 'customer', leg: MOBILE }),
  event({ kind: 'participant-left', participantId: ID_CARD }),
  event({ kind: 'utterance-withdrawn', leg: MOBILE, segment: 0 }),
  event({
    kind: 'started',
    channel: 'voice',
    direction: 'inbound',
    externalIds: { caller: MOBILE, session: `sip:${MOBILE}@pbx` },
    customerKey: MOBILE,
  }),
];

describe('masking at the door', () => {
  test.each(planted.map((one) => [one.body.kind, one] as const))('no planted value is left in %s', (_kind, given) => {
    const kept = JSON.stringify(withEventId(maskEvent(given, masker)));
    for (const value of [MOBILE, CARD, ID_CARD, EMAIL]) expect(kept).not.toContain(value);
  });

  test('ids of the centre stay as they are, so that a call can be searched for', () => {
    const externalIds = { call: '20240901-000123', ticket: '1693900000123456', session: 'CA7f3e99' };
    const given = event({ kind: 'started', channel: 'voice', direction: 'inbound', externalIds });
    expect(maskEvent(given, masker).body).toMatchObject({ externalIds });
    expect(maskEvent(given, masker).conversationId).toBe('c1');
  });

  test('an order number in the metadata stays, words beside it are masked', () => {
    const given = event({ kind: 'metadata', fields: { order: '2024091512345678', note: `回电 ${MOBILE}` } });
    expect(maskEvent(given, masker).body).toMatchObject({ fields: { order: '2024091512345678' } });
  });

  test('the customer becomes a hash: the same for the same customer, another for another', () => {
    const key = (customerKey: string) => {
      const given = event({ kind: 'started', channel: 'chat', direction: 'inbound', externalIds: {}, customerKey });
      return (maskEvent(given, masker).body as { customerKey?: string }).customerKey;
    };
    expect(key('Li Lei')).toMatch(/^[0-9a-f]{32}$/);
    expect(key('Li Lei')).toBe(key('Li Lei'));
    expect(key('Li Lei')).not.toBe(key('Han Meimei'));
  });

  test('the same id masked twice has one name; two ids never share one', () => {
    const name = (conversationId: string) =>
      maskEvent(event({ kind: 'ended' }, { conversationId }), masker).conversationId;
    expect(name(`call-${MOBILE}`)).toBe(name(`call-${MOBILE}`));
    expect(name(`call-${MOBILE}`)).not.toBe(name(`call2-${MOBILE}`));
  });

  test('names and the keys of maps are looked at too; ordinary ones stay', () => {
    const started = { kind: 'started', channel: 'voice', direction: 'inbound' } as const;
    const given = event({
      ...started,
      queue: MOBILE,
      skillGroup: `g${MOBILE}`,
      businessLine: EMAIL,
      externalIds: { [MOBILE]: 'x' },
    });
    expect(JSON.stringify(maskEvent(given, masker))).not.toMatch(new RegExp(`${MOBILE}|${EMAIL}`));
    const plain = event({
      ...started,
      queue: 'wealth-95588',
      skillGroup: '理财一组',
      externalIds: { callId: 'C20261122-0001' },
    });
    expect(maskEvent(plain, masker)).toEqual(plain);
    const fields = maskEvent(event({ kind: 'metadata', fields: { [MOBILE]: 'x', order: '1' } }), masker);
    expect(JSON.stringify(fields)).not.toContain(MOBILE);
  });

  test('masking again changes nothing', () => {
    for (const given of planted) {
      if (given.body.kind === 'started') continue;
      const once = maskEvent(given, masker);
      expect(maskEvent(once, masker)).toEqual(once);
    }
  });

  test('the detector agrees that the words are clean', () => {
    const { body } = maskEvent(utterance(0, `卡号${CARD}，身份证${ID_CARD}，${EMAIL}`), masker);
    expect(findPersonalData((body as { text: string }).text)).toEqual([]);
  });
});

describe('derived event ids', () => {
  test('the same content has the same id, whatever the order of its fields; other content another', () => {
    const a = withEventId(event({ kind: 'metadata', fields: { a: '1', b: '2' } })).eventId;
    expect(withEventId(event({ kind: 'metadata', fields: { b: '2', a: '1' } })).eventId).toBe(a);
    expect(withEventId(event({ kind: 'metadata', fields: { a: '1', b: '3' } })).eventId).not.toBe(a);
    expect(withEventId(event({ kind: 'ended' }, { atMs: 1 })).eventId).not.toBe(
      withEventId(event({ kind: 'ended' }, { atMs: 2 })).eventId,
    );
  });

  test("the sender's own id is kept", () => {
    expect(withEventId(event({ kind: 'ended' }, { eventId: 'mine' })).eventId).toBe('mine');
  });
});
