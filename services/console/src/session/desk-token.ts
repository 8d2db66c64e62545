import { decodeJwt, jwtVerify } from 'jose';
import type { Clock } from '../clock.js';

/** Secret that a tenant's CRM signs desk tokens with; at least 32 bytes. */
export type DeskSecret = (tenant: string) => Uint8Array | undefined;

export type DeskTokenCheck =
  | { ok: true; tenant: string }
  | { ok: false; code: 'desk-not-configured' | 'unauthenticated' };

export const DESK_AUDIENCE = 'earshot-desk';
const LONGEST_LIFE = '5m';
const SKEW_SECONDS = 60;

/**
 * A JWT (HS256) of the CRM's back end: `iss` the tenant, `sub` the staff number, `aud` "earshot-desk", `iat` and `exp`
 * at most five minutes apart. The issuer only chooses the secret; what it claims counts once the signature holds.
 */
export async function checkDeskToken(
  token: string,
  staffNumber: string,
  secrets: DeskSecret,
  clock: Clock,
): Promise<DeskTokenCheck> {
  const tenant = issuerOf(token);
  if (tenant === undefined) return { ok: false, code: 'unauthenticated' };
  const secret = secrets(tenant);
  if (!secret) return { ok: false, code: 'desk-not-configured' };
  try {
    await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: tenant,
      audience: DESK_AUDIENCE,
      subject: staffNumber,
      requiredClaims: ['exp', 'iat'],
      maxTokenAge: LONGEST_LIFE,
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(clock.now()),
    });
    return { ok: true, tenant };
  } catch {
    return { ok: false, code: 'unauthenticated' };
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
