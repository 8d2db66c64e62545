import { expect, test } from 'vitest';
import { type TlsFault, tlsFaultOf, tlsSentence } from './tls-fault.js';

const FAULTS: TlsFault[] = ['untrusted', 'expired', 'not-yet-valid', 'other-name', 'ours-refused', 'not-tls'];

test.each<[string, { code?: string; message?: string }, TlsFault | undefined]>([
  ['an authority that nobody named', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'untrusted'],
  ['a date that has passed', { code: 'CERT_HAS_EXPIRED' }, 'expired'],
  ['another name', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'other-name'],
  ['no certificate of ours', { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, 'ours-refused'],
  ['a bad one', { code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE' }, 'ours-refused'],
  ['one of a stranger', { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' }, 'ours-refused'],
  [
    'one of a stranger, in words',
    { code: 'EPROTO', message: 'tlsv1 alert unknown ca: SSL alert number 48' },
    'ours-refused',
  ],
  ['a door without TLS', { code: 'EPROTO', message: 'ssl3_get_record:wrong version number' }, 'not-tls'],
  ['words without a code', { message: 'Last error: unable to verify the first certificate' }, 'untrusted'],
  ['words of a date', { message: 'Last error: certificate has expired' }, 'expired'],
  ['nobody there', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' }, undefined],
  ['a cut line', { code: 'ECONNRESET', message: 'read ECONNRESET' }, undefined],
])('%s', (_, failure, fault) => {
  expect(tlsFaultOf(failure)).toBe(fault);
});

test('every fault says in both languages what to do, with the setting where one helps', () => {
  const party = { name: { en: 'Kafka', zh: 'Kafka' }, ca: '--ca-file', cert: '--cert-file' };
  const sentences = FAULTS.map((fault) => tlsSentence(fault, party));
  for (const sentence of sentences) expect(sentence).toMatch(/^[\x20-\x7e]+ \/ .*\p{Script=Han}/u);
  expect(new Set(sentences).size).toBe(FAULTS.length);
  expect(sentences[0]).toContain('--ca-file');
  expect(sentences[4]).toContain('--cert-file');
});
