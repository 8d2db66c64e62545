/** A one-time link for this person; undefined if nobody of this number works here or the console does not answer. */
export async function signInLink(
  consoleUrl: string,
  adminToken: string,
  staffNumber: string,
): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('/v1/admin/sign-in-links', consoleUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ staffNumber }),
      signal: AbortSignal.timeout(10_000),
    });
    return answer.ok ? ((await answer.json()) as { link: string }).link : undefined;
  } catch {
    return undefined;
  }
}
