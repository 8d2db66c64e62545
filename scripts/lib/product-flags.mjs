/**
 * How Node runs the product, for `npm start` and for every test that starts it. A larger nursery: what a message leaves
 * behind dies young, and is not copied about while thousands come in a second. No source maps: every start would read
 * them all, and whoever has to look at a stack can switch them on by NODE_OPTIONS.
 */
export const PRODUCT_NODE_FLAGS = ['--max-semi-space-size=64'];

/** All in one process: a restart makes thousands of states in seconds, and a nursery that first has to grow costs a tenth of it. */
export const STANDALONE_NODE_FLAGS = [...PRODUCT_NODE_FLAGS, '--min-semi-space-size=32'];
