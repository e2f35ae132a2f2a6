import { Command, CommanderError, Option } from 'commander';
import { WORKER_ROLES } from '../shared/names/worker-roles';
import type { CommandContext } from './command-context';
import { createCommandContext } from './command-context';
import { cancelCommand } from './commands/cancel';
import { devCommand } from './commands/dev';
import { runDoctor } from './commands/doctor';
import { failuresCommand } from './commands/failures';
import { lineageCommand } from './commands/lineage';
import { pauseCommand } from './commands/pause';
import { predictCommand } from './commands/predict';
import { reportCommand } from './commands/report';
import { resumeCommand } from './commands/resume';
import { retryCommand } from './commands/retry';
import type { RunFlags } from './commands/run';
import { runCommand } from './commands/run';
import { startCommand } from './commands/start';
import { statusCommand } from './commands/status';
import { stopCommand } from './commands/stop';
import { workerCommand } from './commands/worker';
import { EXIT, UsageError } from './usage-error';

type Action = (context: CommandContext) => Promise<number>;

/** The command line as data: what exists, what it takes, what it does. `act` receives the chosen action. */
function createProgram(act: (action: Action) => void): Command {
  const program = new Command('candlewick')
    .description('Durable training pipelines for market models on Temporal')
    .exitOverride()
    .showHelpAfterError('(candlewick --help lists the commands)');
  const withRunFlags = (command: Command): Command =>
    command
      .option('--source <paths...>', 'bar files or globs (CSV, TSV, Parquet, gzip); without it bars are generated')
      .option('--config <file>', 'settings in YAML or JSON')
      .option('--preset <name>', 'quick, standard or production')
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
    .command('retry <run> [symbol]')
    .description('run the failed symbols of a run again')
    .option('--json', 'one JSON document on standard output')
    .action((run: string, symbol: string | undefined, flags: { json?: boolean }) =>
      act((context) => retryCommand(context, run, symbol, flags)),
    );
  program
    .command('pause <run>')
    .description('begin no further step')
    .action((run: string) => act((context) => pauseCommand(context, run, true)));
  program
    .command('unpause <run>')
    .description('go on after a pause')
    .action((run: string) => act((context) => pauseCommand(context, run, false)));
  program
    .command('cancel <run>')
    .description('stop a run; what is done stays')
    .action((run: string) => act((context) => cancelCommand(context, run)));
  program
    .command('status [run]')
    .description('the latest runs, or where one stands')
    .action((run?: string) => act((context) => statusCommand(context, run)));
  program
    .command('failures [run]')
    .description('what failed, why, and what to do')
    .action((run?: string) => act((context) => failuresCommand(context, run)));
  program
    .command('report <run>')
    .description('path of the report')
    .action((run: string) => act((context) => reportCommand(context, run)));
  program
    .command('lineage <ref>')
    .description('what an artifact was made of')
    .action((ref: string) => act((context) => lineageCommand(context, ref)));
  program
    .command('predict')
    .description('probabilities of a saved model for the bars of a file, as CSV')
    .requiredOption('--model <ref>', 'bundle: its uri, or the first letters of its hash')
    .requiredOption('--source <paths...>', 'bar files')
    .option('--symbol <name>', 'which symbol, where the source has several')
    .option('--config <file>', 'settings of the source (columns, time zone), in YAML or JSON')
    .action((flags: Parameters<typeof predictCommand>[1]) => act((context) => predictCommand(context, flags)));
  program
    .command('dev')
    .description('server and worker until Ctrl-C')
    .action(() => act(devCommand));
  program
    .command('worker')
    .description('one more worker')
    .addOption(new Option('--role <role>', 'what it works on').choices(WORKER_ROLES).default('all'))
    .action((flags: Parameters<typeof workerCommand>[1]) => act((context) => workerCommand(context, flags)));
  program
    .command('stop')
    .description('end the Temporal server of the state folder')
    .action(() => act(stopCommand));
  program
    .command('doctor')
    .description('what is set up, from where, and what is missing')
    .action(() => act((context) => runDoctor(context.env, context.print)));
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
  return action(createCommandContext(process.env, process.cwd()));
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
