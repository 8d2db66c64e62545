import { killRun } from './kill-run.js';
const report = await killRun({ seed: Number(process.argv[2] ?? 1), kills: 4, openCalls: 300, finalsPerSecond: 150, partialsPerFinal: 2, speed: 10, everyMs: 4_000, onProgress: (l) => console.error(l) });
console.log(JSON.stringify(report, null, 1));
process.exit(0);
