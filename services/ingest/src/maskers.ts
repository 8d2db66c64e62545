import { createMasker, type Masker } from '@earshot/privacy';

/** The masker of each tenant, made when its first event comes. */
export function maskersBy(keyOf: (tenant: string) => Uint8Array): (tenant: string) => Masker {
  const made = new Map<string, Masker>();
  return (tenant) => {
    const known = made.get(tenant) ?? createMasker({ key: keyOf(tenant) });
    made.set(tenant, known);
    return known;
  };
}
