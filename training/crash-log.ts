import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildEnd } from './trainer-child';

/** Keeps the last words of a child that died. Returns the file's path, or null where it could not be written. */
export async function writeCrashLog(
  logDir: string,
  jobId: string,
  pid: number | null,
  end: ChildEnd,
): Promise<string | null> {
  const path = join(logDir, `trainer-${jobId.replaceAll(/[^\w.-]/g, '_')}-${pid ?? 'none'}.log`);
  const facts = { jobId, pid, code: end.code, signal: end.signal, lastMemory: end.lastMemory };
  const text = `${JSON.stringify(facts)}\n--- stdout\n${end.stdoutTail}\n--- stderr\n${end.stderrTail}\n`;
  try {
    await mkdir(logDir, { recursive: true });
    await writeFile(path, text);
    return path;
  } catch {
    return null;
  }
}
