import { finding, openHouse, route } from './support/house.js';

/** Raises one alert whose receiver never answers, and waits to be killed. */
const [dir = '', url = ''] = process.argv.slice(2);
const house = await openHouse({ dir, routes: [route('crm', url)], egress: { timeoutMs: 60_000 } });
await house.startDeliveries();
await house.stands('c1', [finding('c1')]);
setInterval(() => undefined, 1_000);
