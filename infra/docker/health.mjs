/** The container's health check: the worker's own `/healthz`. */
const port = process.env.CANDLEWICK_HEALTH_PORT ?? '9464';
try {
  const { status } = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
