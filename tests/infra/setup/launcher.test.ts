import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();

// The set-up of this small checkout only notes how it was called; its command prints what it was given.
beforeEach(() => {
  mkdirSync(join(folder(), 'checkout'));
  copyFileSync(resolve(__dirname, '..', '..', '..', 'candlewick'), join(folder(), 'checkout', 'candlewick'));
  writeFiles(join(folder(), 'checkout'), {
    'infra/setup/main.mjs': `
      import { appendFileSync } from 'node:fs';
      appendFileSync(new URL('calls', import.meta.url), process.argv.slice(2).join(' ') + ';');
      process.exitCode = Number(process.env.SETUP_EXIT ?? 0);`,
    'dist/cli/main.js': `
      console.log(JSON.stringify([process.cwd(), process.env.CANDLEWICK_ROOT, ...process.argv.slice(2)]));
      process.exitCode = 3;`,
  });
});

function launch(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { status: number | null; stdout: string; stderr: string } {
  const launcher = join(folder(), 'checkout', 'candlewick');
  return spawnSync(launcher, [...args], { cwd: folder(), encoding: 'utf8', env: { ...process.env, ...env } });
}

function setupCalls(): string | null {
  const calls = join(folder(), 'checkout', 'infra', 'setup', 'calls');
  return existsSync(calls) ? readFileSync(calls, 'utf8') : null;
}

describe('./candlewick', () => {
  it('sets up, then runs the command from the caller’s directory with its arguments and its exit code', () => {
    const { status, stdout } = launch(['run', '--source', 'bars/* x.csv']);
    const root = realpathSync(folder());
    expect(JSON.parse(stdout)).toEqual([root, join(root, 'checkout'), 'run', '--source', 'bars/* x.csv']);
    expect(status).toBe(3);
    expect(setupCalls()).toBe('--if-needed;');
  });

  it('runs no command when the set-up fails', () => {
    expect(launch(['run'], { SETUP_EXIT: '1' })).toMatchObject({ status: 1, stdout: '' });
  });

  it('sets up in full and does nothing else for `setup`', () => {
    expect(launch(['setup'])).toMatchObject({ status: 0, stdout: '' });
    expect(setupCalls()).toBe(';');
  });

  it('lets the doctor speak about a native part that could not be set up', () => {
    expect(launch(['doctor']).status).toBe(3);
    expect(setupCalls()).toBe('--if-needed --keep-going;');
  });

  it('stops what is running without a set-up', () => {
    expect(launch(['stop']).status).toBe(3);
    expect(setupCalls()).toBeNull();
  });

  it.each(['v18.20.4', 'v20.18.3'])('refuses Node.js %s in one sentence', (version) => {
    writeFiles(folder(), { 'bin/node': `#!/bin/sh\necho ${version}\n` });
    chmodSync(join(folder(), 'bin', 'node'), 0o755);
    expect(launch(['run'], { PATH: `${join(folder(), 'bin')}:${process.env.PATH ?? ''}` })).toMatchObject({
      status: 1,
      stderr: `Candlewick needs Node.js 20.19 or newer, and this is ${version}; install a newer one, then try again.\n`,
    });
  });
});
