import { fileURLToPath } from 'node:url';

// This file is one folder below the package's root both as a source (src/) and bundled (dist/).
export const MIGRATIONS_DIR = fileURLToPath(new URL('../migrations/', import.meta.url));

/** The embedded engine has a package of its own: 178 MB that only a standalone installation fetches, and late. */
export const ENGINE_DIR = fileURLToPath(new URL('../engine/', import.meta.url));
