import type { BrowserContext, Page } from 'playwright-core';

/** When an alert came onto the page and when it left, epoch ms; `toMs` absent while it stands. */
export interface Sighting {
  alertId: string;
  fromMs: number;
  toMs?: number;
}

interface WatchedWindow {
  earshotSightings: Sighting[];
}

/** Notes on every page of this profile, from its first moment, which alerts its DOM shows and since when. */
export async function noteSightings(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const sightings: Sighting[] = [];
    (window as unknown as WatchedWindow).earshotSightings = sightings;
    const standing = new Map<string, Sighting>();
    const look = () => {
      const now = Date.now();
      const shown = new Set(
        [...document.querySelectorAll('[data-alert]')].map((one) => one.getAttribute('data-alert') ?? ''),
      );
      for (const alertId of shown) {
        if (standing.has(alertId)) continue;
        const sighting = { alertId, fromMs: now };
        standing.set(alertId, sighting);
        sightings.push(sighting);
      }
      for (const [alertId, sighting] of standing) {
        if (shown.has(alertId)) continue;
        sighting.toMs = now;
        standing.delete(alertId);
      }
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-alert'],
    });
  });
}

export function sightingsOn(page: Page): Promise<Sighting[]> {
  return page.evaluate(() => (window as unknown as WatchedWindow).earshotSightings);
}
