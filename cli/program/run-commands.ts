import type { Command } from 'commander';
import { resumeCommand } from '../commands/resume';
import { retryCommand } from '../commands/retry';
import type { RunFlags } from '../commands/run';
import { runCommand } from '../commands/run';
import { startCommand } from '../commands/start';
import type { AddCommands } from './action';
import { given } from './words';

type RetryFlags = Parameters<typeof retryCommand>[2];

/** Commands that start runs or go on with them. */
export const addRunCommands: AddCommands = (program, act) => {
  withRunFlags(program.command('start'))
    .description('server, worker and a demonstration run; stays up on a terminal')
    .action((flags: RunFlags) => act((context) => startCommand(context, flags)));
  withRunFlags(program.command('run'))
    .description('train and report')
    .action((flags: RunFlags) => act((context) => runCommand(context, flags)));
  program
    .command('resume [run]')
    .description('go on with an interrupted run, or with all open ones')
    .option('--json', 'one JSON document on standard output')
    .action((run: string | undefined, flags: { json?: boolean }) =>
      act((context) => resumeCommand(context, run, flags)),
    );
  program
    .command('retry <run> [symbol] [activity]')
    .description('run the failed symbols of a run again, or try a waiting activity now')
    .option('--json', 'one JSON document on standard output')
    .option('--why <sentence>', 'for the audit log')
    .option('--who <name>', 'for the audit log (default: the user of this machine)')
    .action((run: string, symbol: string | undefined, activity: string | undefined, flags: RetryFlags) =>
      act((context) => retryCommand(context, given(run, symbol, activity), flags)),
    );
};

function withRunFlags(command: Command): Command {
  return command
    .option('--source <paths...>', 'bar files or globs (CSV, TSV, Parquet, gzip); without it bars are generated')
    .option('--config <file>', 'settings in YAML or JSON')
    .option('--preset <name>', 'quick, standard, production or screening')
    .option('--symbols <names>', 'only these symbols, separated by commas')
    .option(
      '--models <families>',
      'only these model families, separated by commas; nets stand beside the simple ones: lstm,tcn',
    )
    .option('--set <path=value...>', 'a single setting, such as labels.atrPeriod=20')
    .option('--until <stage>', 'the last stage to run')
    .option('--from <stage>', 'the first stage to run; what comes before must be in the store')
    .option('--as-of <instant>', 'use only bars that closed by then (ISO 8601)')
    .option('--seed <number>', 'seed of everything random')
    .option('--id <name>', 'name of the run')
    .option('--json', 'one JSON document on standard output');
}
