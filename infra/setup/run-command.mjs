import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { clearInterval, clearTimeout, setInterval } from 'node:timers';

const KEPT_LINES = 40;
const running = new Set();

/**
 * Runs a program without a shell and without input, in its own process group so that a time-out reaches its children too.
 * Resolves, never rejects, to `{ code, timedOut, output }`: exit code (null when killed or not startable) and its last lines.
 * `stopWhen` is asked twice a second and stops the program when it answers true; `onStart` gets the process id.
 */
export function runCommand(program, args, { cwd, env = process.env, timeoutMs, stopWhen, onStart, onLine } = {}) {
  return new Promise((done) => {
    const lines = [];
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    if (child.pid !== undefined) onStart?.(child.pid);
    let timedOut = false;
    const stop = () => {
      timedOut = true;
      killGroup(child, 'SIGKILL');
    };
    const timer = timeoutMs === undefined ? null : setTimeout(stop, timeoutMs);
    const watch = stopWhen === undefined ? null : setInterval(() => stopWhen() && stop(), 500);
    const keep = (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine?.(line);
    };
    for (const stream of [child.stdout, child.stderr]) eachLine(stream, keep);
    const finish = (code) => {
      clearTimeout(timer);
      clearInterval(watch);
      running.delete(child);
      done({ code, timedOut, output: lines.join('\n') });
    };
    child.on('error', (error) => {
      keep(error.message);
      finish(null);
    });
    child.on('close', finish);
  });
}

/** Ends every program that is still running; for the handlers of Ctrl-C and SIGTERM. */
export function killRunning() {
  for (const child of running) killGroup(child, 'SIGKILL');
}

/** The full path of a program on `env.PATH`, or null. */
export function findProgram(name, env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

/** Whether a path is a file that may be run. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function killGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function eachLine(stream, take) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const parts = (rest + chunk).split(/\r?\n/);
    rest = parts.pop();
    parts.forEach(take);
  });
  stream.on('end', () => rest !== '' && take(rest));
}
