// Writes deploy/grafana/dashboards from deploy/grafana/source; tests/observe fails where they differ.
import { runProgram } from './lib/run-program.mjs';

process.exitCode = await runProgram('deploy/grafana/source/write.ts', []);
