import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BLOCKED_AFTER_MS } from './pins.mjs';
import { withProgress } from './progress.mjs';
import { findProgram, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Builds one program with Go, from the module proxy and checked against Go's checksum database, and hands the binary to
 * `keep`; what `keep` leaves of it is removed. Answers what `keep` answers. `program` is its name, the pinned `module` and
 * `package`, the `label` of the progress line, and the words of its errors: `notSetUp` before and `instead` after each,
 * `noGo` and `unreachable` for its own two. Throws a SetupError where there is no Go, no proxy, or no binary in the end.
 */
export async function goInstall(program, cache, env, keep) {
  const { notSetUp, instead } = program;
  const go = findProgram('go', env);
  if (go === null) throw new SetupError(`${notSetUp}: ${program.noGo}; install Go, or ${instead}.`);
  const goEnv = { ...env, CGO_ENABLED: '0', GO111MODULE: 'on' };
  await checkReachable(go, program, goEnv);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, `.${program.name}-`));
  try {
    const result = await build(go, program, folder, goEnv);
    if (result.code !== 0) {
      throw new SetupError(
        `${notSetUp}: Go could not build it (its words stand above); mend that (an old Go or a full disk are the usual causes), or ${instead}.`,
        result.output,
      );
    }
    return await keep(join(folder, program.name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkReachable(go, { module, notSetUp, unreachable, instead }, env) {
  const result = await runCommand(go, ['mod', 'download', module], { env, timeoutMs: BLOCKED_AFTER_MS });
  if (result.code === 0) return;
  throw new SetupError(
    `${notSetUp}: ${unreachable}; connect this machine or set GOPROXY, or ${instead}.`,
    result.output,
  );
}

function build(go, program, folder, env) {
  const args = ['install', '-v', '-trimpath', '-ldflags=-s -w', program.package];
  return withProgress(
    program.label,
    (note) => {
      let compiled = 0;
      const onLine = (line) => /^[\w.-]+(\/[\w.~-]+)*$/.test(line) && note(`${(compiled += 1)} Go packages compiled`);
      return runCommand(go, args, { cwd: folder, env: { ...env, GOBIN: folder }, onLine });
    },
    { succeeded: ({ code }) => code === 0 },
  );
}
