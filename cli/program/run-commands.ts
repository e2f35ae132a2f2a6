import type { Command } from 'commander';
import { resumeCommand } from '../commands/resume';
import { retryCommand } from '../commands/retry';
import type { RunFlags } from '../commands/run';
import { runCommand } from '../commands/run';
import { startCommand } from '../commands/start';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { withJson, withRunSource } from './options';
import { given } from './words';

type RetryFlags = Parameters<typeof retryCommand>[2];

/** Commands that start runs or go on with them. */
export const addRunCommands: AddCommands = (program, act) => {
  withRunFlags(program.command('start'))
    .description('start server, worker and a demonstration run; stay up on a terminal')
    .action((flags: RunFlags) => act((context) => startCommand(context, flags)));
  withRunFlags(program.command('run'))
    .description('train and report')
    .action((flags: RunFlags) => act((context) => runCommand(context, flags)));
  withJson(program.command('resume [run]'))
    .description('go on with an interrupted run, or with all open ones')
    .action((run: string | undefined, flags: { json?: boolean }) =>
      act((context) => resumeCommand(context, run, flags)),
    );
  withReason(withJson(program.command('retry <run> [symbol] [activity]')))
    .description('run the failed symbols of a run again, or try a waiting activity now')
    .action((run: string, symbol: string | undefined, activity: string | undefined, flags: RetryFlags) =>
      act((context) => retryCommand(context, given(run, symbol, activity), flags)),
    );
};

function withRunFlags(command: Command): Command {
  return withJson(withRunSource(command))
    .option('--set <path=value...>', 'a single setting, such as labels.atrPeriod=20')
    .option('--until <stage>', 'the last stage to run')
    .option('--from <stage>', 'the first stage to run; what comes before must be in the store')
    .option('--as-of <instant>', 'use only bars that closed by then (ISO 8601)')
    .option('--id <name>', 'name of the run');
}
