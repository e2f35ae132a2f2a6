import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '../../../cli/runtime/processes';
import { freePort } from '../../../cli/runtime/ports';
import { readServerRecord, writeServerRecord } from '../../../cli/runtime/state-folder';
import { ensureServer, runningServer, stopServer } from '../../../cli/runtime/temporal-server';
import { readSettings } from '../../../shared/runtime/settings';
import { UsageError } from '../../../cli/usage-error';

/** Listens on the port that it is given, as a Temporal server would. */
const LISTENING = `
  const { writeFileSync } = require('node:fs');
  const at = (name) => process.argv[process.argv.indexOf(name) + 1];
  writeFileSync(at('--db-filename'), String(process.pid));
  require('node:net').createServer().listen(Number(at('--port')), '127.0.0.1');`;
/** Runs, but never listens. */
const SILENT = `
  const { writeFileSync } = require('node:fs');
  writeFileSync(process.argv[process.argv.indexOf('--db-filename') + 1], String(process.pid));
  setInterval(() => undefined, 1000);`;
const FAILING = `console.error('database is locked'); process.exit(1);`;

let folder = '';
let home = '';
const strangers: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlewick-server-'));
  home = join(folder, 'home');
  mkdirSync(join(home, 'logs'), { recursive: true });
});
afterEach(async () => {
  await stopServer(home);
  for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function environment(script: string): NodeJS.ProcessEnv {
  const path = join(folder, 'temporal');
  writeFileSync(path, `#!${process.execPath}\n${script}\n`);
  chmodSync(path, 0o755);
  return { CANDLEWICK_CACHE: folder, CANDLEWICK_HOME: home, CANDLEWICK_TEMPORAL_CLI: path };
}

async function ensure(env: NodeJS.ProcessEnv, startTimeoutMs?: number) {
  // Ports of our own, so that test files that run at once do not meet.
  if (readServerRecord(home) === null) writeServerRecord(home, await recordOf(0));
  return ensureServer(readSettings(env, folder), env, startTimeoutMs);
}

async function recordOf(pid: number) {
  const [port, uiPort] = [await freePort(0), await freePort(0)];
  return { pid, address: `127.0.0.1:${String(port)}`, uiUrl: `http://127.0.0.1:${String(uiPort)}` };
}

function pidInDatabase(): number {
  return Number(readFileSync(join(home, 'temporal.db'), 'utf8'));
}

describe('the server of a state folder', () => {
  it('is started once, found again, also through a link, and stopped', async () => {
    const env = environment(LISTENING);
    const first = await ensure(env);
    expect(first.startedHere).toBe(true);
    expect(await ensure(env)).toEqual({ ...first, startedHere: false });
    const link = join(folder, 'link');
    symlinkSync(home, link);
    expect(await runningServer(link)).toMatchObject({ pid: pidInDatabase() });
    expect(await stopServer(link)).toBe(true);
    expect(isProcessAlive(pidInDatabase())).toBe(false);
    expect(await stopServer(home)).toBe(false);
  });

  it('is no stranger that has the recorded number: it is left alone, its record dropped', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    strangers.push(stranger);
    await once(stranger, 'spawn');
    writeServerRecord(home, await recordOf(stranger.pid!));
    expect(await runningServer(home)).toBeNull();
    expect(await stopServer(home)).toBe(false);
    expect(stranger.signalCode).toBeNull();
    expect(isProcessAlive(stranger.pid!)).toBe(true);
    expect(existsSync(join(home, 'server.json'))).toBe(false);
  });

  it('is no server of another state folder either', async () => {
    await ensure(environment(LISTENING));
    const other = join(folder, 'other');
    mkdirSync(other);
    writeServerRecord(other, readServerRecord(home)!);
    expect(await stopServer(other)).toBe(false);
    expect(isProcessAlive(pidInDatabase())).toBe(true);
  });

  it('is killed where it does not come up in time', async () => {
    await expect(ensure(environment(SILENT), 2_000)).rejects.toThrow(/did not come up on port \d+/);
    expect(isProcessAlive(pidInDatabase())).toBe(false);
  });

  it('hands on its last words where it ends at once', async () => {
    await expect(ensure(environment(FAILING))).rejects.toThrow(/did not come up on port \d+: database is locked/);
  });

  it('that cannot be spawned is a sentence', async () => {
    const env = environment('');
    chmodSync(env.CANDLEWICK_TEMPORAL_CLI!, 0o644);
    const refused = ensure(env);
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(/could not be started: .*EACCES.* Mend CANDLEWICK_TEMPORAL_CLI/);
  });
});

describe('the record of a server', () => {
  it.each([
    ['torn', '{"pid": 1'],
    ['without an address', '{"pid":1,"uiUrl":"http://127.0.0.1:1"}'],
    ['with a pid that is none', '{"pid":"1","address":"127.0.0.1:1","uiUrl":"http://127.0.0.1:1"}'],
    ['of another kind', '[]'],
  ])('%s counts as none', (_what, text) => {
    writeFileSync(join(home, 'server.json'), text);
    expect(readServerRecord(home)).toBeNull();
  });

  it('is read as it was written', async () => {
    const record = await recordOf(17);
    writeServerRecord(home, record);
    expect(readServerRecord(home)).toEqual(record);
  });
});
