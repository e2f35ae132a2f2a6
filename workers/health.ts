import { createServer } from 'node:http';

/** `GET /healthz`: 200 while every worker of the process runs, else 503. No port, no server. */
export async function startHealthServer(
  port: number | null,
  isHealthy: () => boolean,
): Promise<{ close: () => Promise<void> }> {
  if (port === null) return { close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    const healthy = isHealthy();
    response.writeHead(request.url === '/healthz' ? (healthy ? 200 : 503) : 404, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify({ healthy }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return { close: () => new Promise((resolve) => void server.close(() => resolve())) };
}
