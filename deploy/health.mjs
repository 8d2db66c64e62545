// For a health check of a container: node deploy/health.mjs http://127.0.0.1:8710/readyz
const TIMEOUT_MS = 2_500;
try {
  const answer = await fetch(process.argv[2] ?? '', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  process.exit(answer.ok ? 0 : 1);
} catch {
  process.exit(1);
}
