import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { freePort, isListening } from '../../../cli/runtime/ports';

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

describe('ports', () => {
  it('gives the wanted port where it is free, another where it is not', async () => {
    const { server, port } = await listen();
    const other = await freePort(port);
    expect(other).not.toBe(port);
    expect(other).toBeGreaterThan(0);
    await close(server);
    expect(await freePort(port)).toBe(port);
  });

  it('tells whether somebody listens', async () => {
    const { server, port } = await listen();
    expect(await isListening(`127.0.0.1:${String(port)}`)).toBe(true);
    await close(server);
    expect(await isListening(`127.0.0.1:${String(port)}`)).toBe(false);
  });
});
