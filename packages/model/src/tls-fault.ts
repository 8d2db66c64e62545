/** Why two programs could not agree on a TLS connection. */
export type TlsFault = 'untrusted' | 'expired' | 'not-yet-valid' | 'other-name' | 'ours-refused' | 'not-tls';

/** Node's and OpenSSL's codes of a certificate that was looked at and not taken. */
const CERTIFICATE: Readonly<Record<string, TlsFault>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  CERT_REJECTED: 'untrusted',
  INVALID_CA: 'untrusted',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  HOSTNAME_MISMATCH: 'other-name',
};

/** The same, where a library hands on nothing but the words. */
const WORDS: readonly [RegExp, TlsFault][] = [
  [/certificate has expired/i, 'expired'],
  [/certificate is not yet valid/i, 'not-yet-valid'],
  [/altname|does not match certificate|hostname mismatch/i, 'other-name'],
  [/self[- ]signed certificate|unable to (verify|get)[^.]*certificate/i, 'untrusted'],
  [/alert[_ ](unknown[_ ]ca|bad[_ ]certificate|certificate|access[_ ]denied)/i, 'ours-refused'],
  [/alert[_ ][a-z_/ ]*certificate|alert number (4[2-9]|116)/i, 'ours-refused'],
  [/wrong[_ ]version[_ ]number|packet[_ ]length[_ ]too[_ ]long/i, 'not-tls'],
];

/** Reads the code of a failure and, failing that, its words; its causes are for the caller to walk. */
export function tlsFaultOf(failure: { code?: unknown; message?: string }): TlsFault | undefined {
  const code = typeof failure.code === 'string' ? failure.code : '';
  const known = CERTIFICATE[code];
  if (known) return known;
  return WORDS.find(([pattern]) => pattern.test(code) || pattern.test(failure.message ?? ''))?.[1];
}

/** What a connection is called and by which settings it is made, for the sentence that says what to do. */
export interface TlsParty {
  /** `Kafka at 10.0.0.1:9093` in both languages. */
  name: { en: string; zh: string };
  /** The setting that names the authority, and the one with our own certificate. */
  ca: string;
  cert: string;
}

/** One line in both languages: what is wrong, and what to do. */
export function tlsSentence(fault: TlsFault, { name: { en, zh }, ca, cert }: TlsParty): string {
  switch (fault) {
    case 'untrusted':
      return both(
        `the certificate of ${en} is not signed by the authority that we were given: name the right one by ${ca}`,
        `${zh} 的证书不是由所指定的 CA 签发的：请用 ${ca} 指定正确的 CA 文件`,
      );
    case 'expired':
      return both(
        `the certificate of ${en} has expired: renew it there (and look at the clock here)`,
        `${zh} 的证书已过期：请在对方更换证书（并检查本机时钟）`,
      );
    case 'not-yet-valid':
      return both(
        `the certificate of ${en} is not valid yet: look at the clocks of both machines`,
        `${zh} 的证书尚未生效：请检查两台机器的时钟`,
      );
    case 'other-name':
      return both(
        `the certificate of ${en} is for another host name: put the name we use into its subjectAltName`,
        `${zh} 的证书属于其他主机名：请把我们使用的名称加入其 subjectAltName`,
      );
    case 'ours-refused':
      return both(
        `${en} wants a certificate of ours, or does not take the one it got: look at ${cert}`,
        `${zh} 需要我方证书，或不接受所出示的证书：请检查 ${cert}`,
      );
    case 'not-tls':
      return both(
        `${en} does not speak TLS on this port: use its TLS port`,
        `${zh} 的该端口不是 TLS：请使用其 TLS 端口`,
      );
  }
}

/** What everybody can read. */
export function both(en: string, zh: string): string {
  return `${en} / ${zh}`;
}
