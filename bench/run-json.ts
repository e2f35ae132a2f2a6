import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs a program of this folder in a process of its own, compiled or not as the caller itself, and reads the last line that it
 * prints. `file` has no ending.
 */
export function runOurs<T>(file: string, parameters: readonly string[]): Promise<T> {
  const runner = __filename.endsWith('.ts') ? [join('tests', 'support', 'run-typescript.mjs')] : [];
  return runJson(process.execPath, [...runner, `${file}${__filename.slice(-3)}`, ...parameters]);
}

/** The last line that a command prints, as JSON. Fails with the end of its standard error. */
export async function runJson<T>(command: string, parameters: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await finished(command, parameters);
  const answer = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code === 0 && answer.startsWith('{')) return JSON.parse(answer) as T;
  throw new Error(`${[command, ...parameters].join(' ')} ended with ${String(code)}:\n${stderr.slice(-4000)}`);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function finished(command: string, parameters: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
