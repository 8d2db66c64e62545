import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { isSigningSecret, signedHeaders } from '../src/channels/webhook/message.js';
import { SECRET } from './support/house.js';

const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const BODY = '{"type":"alert.raised","data":{"title":"承诺收益 🙂"}}';
const nowMs = Date.now();

function accepts(body: string, headers: Record<string, string>, secret = SECRET): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

test('what was signed is accepted, also beside another signature and in whatever order', () => {
  const headers = signedHeaders('d1', BODY, [SECRET, OTHER], nowMs);
  expect(accepts(BODY, headers)).toBe(true);
  expect(accepts(BODY, headers, OTHER)).toBe(true);
  const turned = { ...headers, 'webhook-signature': headers['webhook-signature'].split(' ').reverse().join(' ') };
  expect(accepts(BODY, turned)).toBe(true);
});

const good = signedHeaders('d1', BODY, [SECRET], nowMs);
const signature = good['webhook-signature'];
test.each<[string, string, Record<string, string>]>([
  ['a changed byte of the body', BODY.replace('收', '放'), {}],
  ['an empty body', '', {}],
  ['a changed id', BODY, { 'webhook-id': 'd2' }],
  ['a dot that shifts id and timestamp', BODY, { 'webhook-id': `d1.${good['webhook-timestamp']}` }],
  ['an old timestamp', BODY, signedHeaders('d1', BODY, [SECRET], nowMs - 3_600_000)],
  ['a future timestamp', BODY, signedHeaders('d1', BODY, [SECRET], nowMs + 3_600_000)],
  ['a timestamp that was changed', BODY, { 'webhook-timestamp': String(Number(good['webhook-timestamp']) + 1) }],
  ['a signature without its version', BODY, { 'webhook-signature': signature.slice('v1,'.length) }],
  ['another version', BODY, { 'webhook-signature': signature.replace('v1,', 'v1a,') }],
  ['no signature', BODY, { 'webhook-signature': '' }],
  ['another key', BODY, signedHeaders('d1', BODY, [OTHER], nowMs)],
])('refused: %s', (_what, body, changed) => {
  expect(accepts(body, { ...good, ...changed })).toBe(false);
});

test.each([
  [SECRET, true],
  [`whsec_${Buffer.alloc(24).toString('base64')}`, true],
  [`whsec_${Buffer.alloc(64).toString('base64')}`, true],
  [`whsec_${Buffer.alloc(23).toString('base64')}`, false],
  [`whsec_${Buffer.alloc(65).toString('base64')}`, false],
  [Buffer.alloc(32).toString('base64'), false],
  ['whsec_', false],
  ['whsec_not base64!', false],
  ['', false],
])('a secret of 24 to 64 bytes behind whsec_ and nothing else: %#', (text, usable) => {
  expect(isSigningSecret(text)).toBe(usable);
});
