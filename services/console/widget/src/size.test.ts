import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';

const LIMIT_BYTES = 30 * 1024;

test('the whole desk, script and styles, is at most 30 KB gzipped', { timeout: 30_000 }, async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'earshot-widget-'));
  try {
    const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
    await build({ configFile, logLevel: 'error', build: { outDir } });
    const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(js|css|html)$/.test(file),
    );
    expect(files).toContain('widget.js');
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(outDir, file))).length, 0);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
    // Loaded as a plain script by pages of any age: an import or export would stop it there.
    expect(readFileSync(join(outDir, 'widget.js'), 'utf8')).not.toMatch(/^\s*(import|export)\b/m);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
});
