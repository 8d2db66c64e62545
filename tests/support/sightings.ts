import type { BrowserContext, Page } from 'playwright-core';

/** When an alert came onto the page and when it left, epoch ms; `toMs` absent while it stands. */
export interface Sighting {
  alertId: string;
  fromMs: number;
  toMs?: number;
}

/** Runs in the page, where the types of a browser are and ours are not. */
const NOTE = `
const standing = new Map();
window.earshotSightings = [];
function look() {
  const now = Date.now();
  const shown = new Set([...document.querySelectorAll('[data-alert]')].map((one) => one.getAttribute('data-alert')));
  for (const alertId of shown) {
    if (standing.has(alertId)) continue;
    const sighting = { alertId, fromMs: now };
    standing.set(alertId, sighting);
    window.earshotSightings.push(sighting);
  }
  for (const [alertId, sighting] of standing) {
    if (shown.has(alertId)) continue;
    sighting.toMs = now;
    standing.delete(alertId);
  }
}
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-alert'] });
`;

/** Notes on every page of this profile, from its first moment, which alerts its DOM shows and since when. */
export async function noteSightings(context: BrowserContext): Promise<void> {
  await context.addInitScript(NOTE);
}

export function sightingsOn(page: Page): Promise<Sighting[]> {
  return page.evaluate<Sighting[]>('window.earshotSightings');
}
