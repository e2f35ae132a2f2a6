import { CommanderError } from 'commander';
import { createCommandContext } from './command-context';
import { openCommandTrace } from './command-trace';
import type { Action } from './program/action';
import { createProgram } from './program/create-program';
import { EXIT, UsageError } from './usage-error';

async function main(argv: readonly string[]): Promise<number> {
  const chosen: Action[] = [];
  try {
    createProgram((action) => chosen.push(action)).parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
  const [action] = chosen;
  if (action === undefined) return EXIT.usage;
  const trace = await openCommandTrace(process.env, argv);
  try {
    const exitCode = await action(createCommandContext(process.env, process.cwd(), trace.traceparent));
    await trace.close(exitCode === EXIT.done ? null : `exit code ${String(exitCode)}`);
    return exitCode;
  } catch (error) {
    await trace.close(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Leaves only once everything written has reached whoever reads it: a pipe is written later than `write` returns. */
function leave(exitCode: number): void {
  process.stderr.write('', () => process.stdout.write('', () => process.exit(exitCode)));
}

main(process.argv.slice(2)).then(leave, (error: unknown) => {
  const isUsage = error instanceof UsageError;
  const text = error instanceof Error ? (isUsage ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`candlewick: ${text}\n`);
  leave(isUsage ? EXIT.usage : EXIT.failed);
});
