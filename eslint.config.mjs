// Only what needs types: a promise that nobody waits for loses errors and order. Everything else is Biome's.
import { existsSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const projects = ['tsconfig.json', 'services/console/web/tsconfig.json', 'services/console/widget/tsconfig.json'];

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '**/gen/**', '**/*.{js,mjs,cjs,d.ts}', '.turbo/**', 'tmp/**'],
  },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: projects.filter((file) => existsSync(new URL(file, import.meta.url))),
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
);
