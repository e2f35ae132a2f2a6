import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../shared/runtime/settings';
import { UsageError } from '../usage-error';

/** A Temporal server that one of our commands started. */
export interface ServerRecord {
  readonly pid: number;
  readonly address: string;
  readonly uiUrl: string;
}

/** Makes the state folder and the store, or says which cannot be used: a run would wait for ever for its store. */
export function prepareFolders({ home, storeRoot }: Pick<Settings, 'home' | 'storeRoot'>): void {
  makeWritable('the state folder', home, 'CANDLEWICK_HOME');
  makeWritable('the store', storeRoot, 'CANDLEWICK_STORE');
  mkdirSync(join(home, 'logs'), { recursive: true });
}

function makeWritable(what: string, folder: string, variable: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    const probe = join(folder, `.write-${String(process.pid)}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${what} ${folder} cannot be written: ${reason}. Give it write permission or set ${variable} to another folder.`,
    );
  }
}

export function readServerRecord(home: string): ServerRecord | null {
  const path = serverPath(home);
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ServerRecord;
  } catch {
    return null;
  }
}

export function writeServerRecord(home: string, record: ServerRecord): void {
  const temporary = `${serverPath(home)}.${String(process.pid)}`;
  writeFileSync(temporary, JSON.stringify(record));
  renameSync(temporary, serverPath(home));
}

export function removeServerRecord(home: string): void {
  rmSync(serverPath(home), { force: true });
}

export function logPath(home: string, name: string): string {
  return join(home, 'logs', `${name}.log`);
}

export function isProcessAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: alive, though not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function serverPath(home: string): string {
  return join(home, 'server.json');
}
