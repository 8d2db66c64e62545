import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.js';

export interface Session {
  id: string;
  tenant: string;
  staffNumber: string;
  expiresMs: number;
}

/**
 * Sessions are signed tokens, so that a reload after a restart finds its person. The key stays in the data folder;
 * sessions that were ended before their time are written beside it.
 */
export interface Sessions {
  issue(tenant: string, staffNumber: string): Promise<{ token: string; session: Session }>;
  /** Undefined for anything that is not a session of ours that still runs. */
  read(token: string): Promise<Session | undefined>;
  isEnded(session: Session): boolean;
  /** Durable when it returns. */
  end(session: Session): void;
}

const ISSUER = 'earshot-console';
const claims = z.object({ jti: z.string(), sub: z.string(), tenant: z.string(), exp: z.number() });

export function openSessions(dir: string, clock: Clock, timeToLiveMs: number): Sessions {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const key = loadKey(join(dir, 'session.key'));
  const endedFile = join(dir, 'ended-sessions');
  const ended = loadEnded(endedFile, clock.now());

  return {
    async issue(tenant, staffNumber) {
      const session = { id: randomUUID(), tenant, staffNumber, expiresMs: clock.now() + timeToLiveMs };
      const token = await new SignJWT({ tenant })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setJti(session.id)
        .setSubject(staffNumber)
        .setExpirationTime(Math.floor(session.expiresMs / 1000))
        .sign(key);
      return { token, session };
    },
    async read(token) {
      if (token.length > 4_096) return undefined;
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: ISSUER,
          requiredClaims: ['exp', 'jti', 'sub'],
          currentDate: new Date(clock.now()),
        });
        const { jti, sub, tenant, exp } = claims.parse(payload);
        const session = { id: jti, tenant, staffNumber: sub, expiresMs: exp * 1000 };
        return ended.has(session.id) ? undefined : session;
      } catch {
        return undefined;
      }
    },
    isEnded: (session) => ended.has(session.id) || session.expiresMs <= clock.now(),
    end(session) {
      if (ended.has(session.id)) return;
      ended.set(session.id, session.expiresMs);
      appendFileSync(endedFile, `${session.id} ${session.expiresMs}\n`, { mode: 0o600, flush: true });
    },
  };
}

function loadKey(file: string): Uint8Array {
  if (!existsSync(file))
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx', flush: true });
  chmodSync(file, 0o600);
  return Buffer.from(readFileSync(file, 'utf8'), 'base64');
}

/** Those that would have run out by now need no note any more. */
function loadEnded(file: string, nowMs: number): Map<string, number> {
  const ended = new Map<string, number>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n')) {
    const [id, expiresMs] = line.split(' ');
    if (id && Number(expiresMs) > nowMs) ended.set(id, Number(expiresMs));
  }
  writeFileSync(file, [...ended].map(([id, expiresMs]) => `${id} ${expiresMs}\n`).join(''), { mode: 0o600 });
  return ended;
}
