import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/**
 * `GET /healthz`: 200 while every worker of the process runs, else 503. `GET /metrics`: gauges in the text format of
 * Prometheus, or 500 with the reason. No port, no server.
 */
export async function startHealthServer(
  port: number | null,
  isHealthy: () => boolean,
  metrics: () => Promise<string>,
): Promise<{ close: () => Promise<void> }> {
  if (port === null) return { close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    // A page that cannot be made is the reader's loss alone: the workers of the process go on.
    answer(request, response, isHealthy, metrics).catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return { close: () => new Promise((resolve) => void server.close(() => resolve())) };
}

async function answer(
  { url }: IncomingMessage,
  response: ServerResponse,
  isHealthy: () => boolean,
  metrics: () => Promise<string>,
): Promise<void> {
  if (url === '/metrics') {
    const page = await metrics();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page);
    return;
  }
  const healthy = isHealthy();
  const status = url === '/healthz' ? (healthy ? 200 : 503) : 404;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ healthy }));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  response.writeHead(500, { 'content-type': 'text/plain' }).end(`${reason}\n`);
}
