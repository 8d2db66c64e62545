import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { serverName } from './security.js';

/** What a port says of itself: nothing that is Kafka, or Kafka, and by which mechanisms one has to sign in, if so. */
export type PortAnswer = { kafka: false } | { kafka: true; mechanisms: readonly string[] };

const WITHIN_MS = 3_000;
const SASL_HANDSHAKE = 17;
const CORRELATION = 0x65617273;
const MOST_ANSWER_BYTES = 4_096;

/**
 * Asks a port how it wants to be talked to, and tells it nothing: the question is one for sign-in mechanisms that names
 * none, which every listener of Kafka answers, each in its way. No certificate is looked at, none is shown.
 */
export function askPort({ host, port }: { host: string; port: number }, over: 'tls' | 'plain'): Promise<PortAnswer> {
  return new Promise((resolve) => {
    const ask = () => socket.write(question());
    const socket: Socket =
      over === 'tls'
        ? connectTls({ host, port, rejectUnauthorized: false, ...serverName(host) }, ask)
        : connectPlain({ host, port }, ask);
    let bytes = Buffer.alloc(0);
    const end = (answer: PortAnswer) => {
      clearTimeout(late);
      socket.destroy();
      resolve(answer);
    };
    const late = setTimeout(() => end({ kafka: false }), WITHIN_MS);
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      const answer = answerIn(bytes);
      if (answer) end(answer);
    });
    socket.once('error', () => end({ kafka: false }));
    socket.once('close', () => end({ kafka: false }));
  });
}

/** Length, api key, its version 1, correlation, no client id, an empty mechanism. */
function question(): Buffer {
  const body = Buffer.alloc(12);
  body.writeInt16BE(SASL_HANDSHAKE, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(CORRELATION, 4);
  body.writeInt16BE(-1, 8);
  body.writeInt16BE(0, 10);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Length, correlation, error, mechanisms. Undefined: not whole yet. */
export function answerIn(bytes: Buffer): PortAnswer | undefined {
  if (bytes.length < 4) return undefined;
  const length = bytes.readInt32BE(0);
  if (length < 6 || length > MOST_ANSWER_BYTES) return { kafka: false };
  if (bytes.length < 4 + length) return undefined;
  if (bytes.readInt32BE(4) !== CORRELATION) return { kafka: false };
  const mechanisms: string[] = [];
  const end = 4 + length;
  let count = end >= 14 ? bytes.readInt32BE(10) : 0;
  for (let at = 14; count > 0 && at + 2 <= end; count -= 1) {
    const size = bytes.readInt16BE(at);
    mechanisms.push(bytes.toString('utf8', at + 2, Math.min(at + 2 + size, end)));
    at += 2 + Math.max(0, size);
  }
  return { kafka: true, mechanisms };
}
