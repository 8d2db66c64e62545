import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Contact-centre seats run old browsers: Windows 7 ends at Chrome 109, and some images are older still.
export default defineConfig({
  root: here('.'),
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'chrome100',
    outDir: here('dist'),
    emptyOutDir: true,
    modulePreload: false,
    rollupOptions: {
      input: { desk: here('desk.html'), widget: here('src/widget.ts') },
      output: {
        // The CRM's page names this file, so it carries no hash.
        entryFileNames: (chunk) => (chunk.name === 'widget' ? 'widget.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
