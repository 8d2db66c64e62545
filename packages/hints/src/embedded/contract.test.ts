import { describeHintsContract } from '../contract.js';
import { createHouse, openEmbeddedHints } from './index.js';

describeHintsContract('in one process', async () => {
  const house = createHouse();
  return { open: (node, options) => openEmbeddedHints({ ...options, node, house }), destroy: async () => undefined };
});
