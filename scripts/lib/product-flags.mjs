/**
 * How Node runs the product, for `npm start` and for every test that starts it. A larger nursery: what a message leaves
 * behind dies young, and is not copied about while thousands come in a second.
 */
export const PRODUCT_NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=64'];
