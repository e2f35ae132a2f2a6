import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const RUNNER = join(__dirname, '../support/run-typescript.mjs');
const CHILD = join(__dirname, 'children/stops.ts');

/** A process that listens for a stop, and all it will have said. */
async function startListening(): Promise<{
  child: ChildProcess;
  said: Promise<string>;
  nextLine: () => Promise<unknown>;
}> {
  const child = fork(RUNNER, [CHILD], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const stdout = child.stdout!;
  const said = text(stdout);
  await once(child, 'message');
  return { child, said, nextLine: () => once(stdout, 'data') };
}

describe('a request to stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is heard at %s, once, whatever follows', async (signal) => {
    const { child, said, nextLine } = await startListening();
    const told = nextLine();
    child.kill(signal);
    await told;
    child.kill('SIGTERM');
    child.kill('SIGINT');
    child.send('leave');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ said: await said, code }).toEqual({ said: `stop: ${signal}\n`, code: 0 });
  });

  it('is heard when the parent closes the channel', async () => {
    const { child, said } = await startListening();
    child.disconnect();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ said: await said, code }).toEqual({ said: 'stop: the parent process is gone\n', code: 0 });
  });
});
