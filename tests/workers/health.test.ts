import { freePort } from '../../cli/runtime/ports';
import { startHealthServer } from '../../workers/health';

async function ask(port: number, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, { headers: { connection: 'close' } });
  return { status: response.status, body: await response.json() };
}

const noMetrics = () => Promise.resolve('');

describe('the health of a worker', () => {
  it('is told under /healthz as it is at that moment, and nowhere else', async () => {
    let healthy = true;
    const port = await freePort(0);
    const server = await startHealthServer(port, () => healthy, noMetrics);
    try {
      expect(await ask(port, '/healthz')).toEqual({ status: 200, body: { healthy: true } });
      healthy = false;
      expect(await ask(port, '/healthz')).toEqual({ status: 503, body: { healthy: false } });
      expect((await ask(port, '/')).status).toBe(404);
    } finally {
      await server.close();
    }
    await expect(ask(port, '/healthz')).rejects.toThrow();
  });

  it('serves metrics as text under /metrics', async () => {
    const port = await freePort(0);
    const server = await startHealthServer(
      port,
      () => false,
      () => Promise.resolve('a_gauge 1\n'),
    );
    const response = await fetch(`http://127.0.0.1:${String(port)}/metrics`, { headers: { connection: 'close' } });
    expect([response.status, await response.text()]).toEqual([200, 'a_gauge 1\n']);
    await server.close();
  });

  it('answers 500 where its metrics cannot be made, and goes on', async () => {
    const port = await freePort(0);
    const server = await startHealthServer(
      port,
      () => true,
      () => Promise.reject(new Error('a gauge is broken')),
    );
    const response = await fetch(`http://127.0.0.1:${String(port)}/metrics`, { headers: { connection: 'close' } });
    expect([response.status, await response.text()]).toEqual([500, 'a gauge is broken\n']);
    expect((await ask(port, '/healthz')).status).toBe(200);
    await server.close();
  });

  it('is not served without a port', async () => {
    const server = await startHealthServer(null, () => true, noMetrics);
    await expect(server.close()).resolves.toBeUndefined();
  });

  it('fails to start on a port that is taken', async () => {
    const port = await freePort(0);
    const server = await startHealthServer(port, () => true, noMetrics);
    await expect(startHealthServer(port, () => true, noMetrics)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
  });
});
