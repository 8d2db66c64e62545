import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.js';

/** What a token opens; one for another purpose opens nothing. */
const AUDIENCES = { session: 'earshot-console', link: 'earshot-sign-in', ticket: 'earshot-live' } as const;
export type TokenPurpose = keyof typeof AUDIENCES;

export interface TokenClaims {
  id: string;
  tenant: string;
  /** Staff number, or the session that a ticket is of. */
  subject: string;
  /** When it was made, by the log's clock, which all consoles share; epoch ms. */
  begunMs: number;
  expiresMs: number;
}

/** Tokens that any console with the same key can read, so that none has to keep them. */
export interface Tokens {
  make(
    purpose: TokenPurpose,
    about: { tenant: string; subject: string; timeToLiveMs: number },
  ): Promise<{ token: string; claims: TokenClaims }>;
  /** Undefined for anything that was not made for this purpose with this key, or has run out. */
  read(purpose: TokenPurpose, token: string): Promise<TokenClaims | undefined>;
}

const ISSUER = 'earshot-console';
const LONGEST = 4_096;
const shape = z.object({ jti: z.string(), sub: z.string(), tenant: z.string(), begun: z.int(), exp: z.number() });

export interface TokensOptions {
  /** At least 32 random bytes, the same in every console. */
  key: Uint8Array;
  clock: Pick<Clock, 'now'>;
  logClock(): number;
}

export function createTokens({ key, clock, logClock }: TokensOptions): Tokens {
  return {
    async make(purpose, { tenant, subject, timeToLiveMs }) {
      const exp = Math.floor((clock.now() + timeToLiveMs) / 1000);
      const claims = { id: randomUUID(), tenant, subject, begunMs: logClock(), expiresMs: exp * 1000 };
      const token = await new SignJWT({ tenant, begun: claims.begunMs })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCES[purpose])
        .setJti(claims.id)
        .setSubject(subject)
        .setExpirationTime(exp)
        .sign(key);
      return { token, claims };
    },
    async read(purpose, token) {
      if (token.length > LONGEST) return undefined;
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: AUDIENCES[purpose],
          requiredClaims: ['exp', 'jti', 'sub'],
          currentDate: new Date(clock.now()),
        });
        const { jti, sub, tenant, begun, exp } = shape.parse(payload);
        return { id: jti, tenant, subject: sub, begunMs: begun, expiresMs: exp * 1000 };
      } catch {
        return undefined;
      }
    },
  };
}
