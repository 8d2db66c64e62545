// `npm run check`: everything that can be said about the sources without running them.
import { chooseLang } from './lib/lang.mjs';
import { ROOT, setUp } from './setup.mjs';

await setUp({ lang: chooseLang(process.argv.slice(2), process.env), build: false });
const { runChecks } = await import('./checks/run-all.mjs');
const { reportCheck } = await import('./lib/report-check.mjs');
const results = await runChecks(ROOT, reportCheck);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
