// One line a step: what, how long. On a terminal the running step is rewritten in place, elsewhere it is said
// now and then, so that a log shows that something still happens.
import { say } from './lang.mjs';

const SAY_EVERY_MS = 15_000;

/**
 * @param {{ lang: import('./lang.mjs').Lang, quiet?: boolean, out?: NodeJS.WriteStream }} options
 * `quiet`: nothing but long steps, and those on standard error, so that a command's own output stays clean.
 */
export function makeSteps({ lang, quiet = false, out = quiet ? process.stderr : process.stdout }) {
  return {
    /**
     * @template T
     * @param {string} name
     * @param {(detail: (text: string) => void) => Promise<T>} work
     * @returns {Promise<T>}
     */
    async step(name, work) {
      const startedMs = performance.now();
      const seconds = () => say(lang, 'seconds', Math.round((performance.now() - startedMs) / 100) / 10);
      let detail = '';
      const paint = () => out.write(`\r\x1b[2K… ${name} ${detail} ${seconds()}`);
      const tell = () => out.write(`… ${name} ${detail} ${seconds()}\n`);
      const timer = out.isTTY ? setInterval(paint, 200) : setInterval(tell, SAY_EVERY_MS);
      if (!out.isTTY) out.write(`… ${name}\n`);
      try {
        const result = await work((text) => {
          detail = text;
        });
        out.write(`${out.isTTY ? '\r\x1b[2K' : ''}✓ ${name} ${seconds()}\n`);
        return result;
      } catch (error) {
        out.write(`${out.isTTY ? '\r\x1b[2K' : ''}✗ ${name} ${seconds()}\n`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
    /** @param {string} text */
    line(text) {
      out.write(`${text}\n`);
    },
  };
}

/** @typedef {ReturnType<typeof makeSteps>} Steps */
