// `npm run build`: installs if needed, then builds every package whose sources changed.
import { chooseLang } from './lib/lang.mjs';
import { setUp } from './setup.mjs';

await setUp({ lang: chooseLang(process.argv.slice(2), process.env) });
