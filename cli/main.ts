import { Command, CommanderError } from 'commander';
import { createCommandContext } from './command-context';
import { openCommandTrace } from './command-trace';
import type { Action, AddCommands } from './program/action';
import { addGuardCommands } from './program/guard-commands';
import { addMachineCommands } from './program/machine-commands';
import { addModelCommands } from './program/model-commands';
import { addOperateCommands } from './program/operate-commands';
import { addPromotionCommands } from './program/promotion-commands';
import { addRunCommands } from './program/run-commands';
import { addScheduleCommands } from './program/schedule-commands';
import { addStoreCommands } from './program/store-commands';
import { EXIT, UsageError } from './usage-error';

/** The groups, in the order in which the help shows them. */
const GROUPS: readonly AddCommands[] = [
  addRunCommands,
  addOperateCommands,
  addScheduleCommands,
  addModelCommands,
  addPromotionCommands,
  addStoreCommands,
  addMachineCommands,
  addGuardCommands,
];

/** The command line as data: what exists, what it takes, what it does. `act` receives the chosen action. */
function createProgram(act: (action: Action) => void): Command {
  const program = new Command('candlewick')
    .description('Durable training pipelines for market models on Temporal')
    .exitOverride()
    .showHelpAfterError('(candlewick --help lists the commands)');
  for (const addCommands of GROUPS) addCommands(program, act);
  return program;
}

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
