import { Option } from 'commander';
import { cancelCommand } from '../commands/cancel';
import { failuresCommand } from '../commands/failures';
import { logsCommand } from '../commands/logs';
import { moveCommand } from '../commands/move';
import { pauseCommand } from '../commands/pause';
import { statusCommand } from '../commands/status';
import type { ReasonFlags } from '../operate/reason';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { wholeNumber } from './numbers';
import { withJson } from './options';
import { given } from './words';

type Word = string | undefined;

/** What a person reads of a log at once. */
const LOG_LINES = 60;

/** Commands that look at runs in flight and act on them. All name things alike: a run, a symbol of it, an activity of that. */
export const addOperateCommands: AddCommands = (program, act) => {
  withJson(program.command('status [run]'))
    .description('show the latest runs and retrains, or where one stands')
    .action((run: Word, flags: { json?: boolean }) => act((context) => statusCommand(context, run, flags)));
  withJson(program.command('failures [run] [symbol] [activity]'))
    .description('show what failed, why, and what to do')
    .action((run: Word, symbol: Word, activity: Word, flags: { json?: boolean }) =>
      act((context) => failuresCommand(context, given(run, symbol, activity), flags)),
    );
  program
    .command('logs <run> [symbol] [activity]')
    .description('show the logs of failed and stopped attempts, or the end of the last one of an activity')
    .option('--lines <count>', 'how many lines of it', wholeNumber('--lines'), LOG_LINES)
    .option('--attempt <number>', 'of which attempt', wholeNumber('--attempt'))
    .action((run: string, symbol: Word, activity: Word, flags: Parameters<typeof logsCommand>[2]) =>
      act((context) => logsCommand(context, given(run, symbol, activity), flags)),
    );
  withReason(program.command('pause <run> [symbol] [activity]'))
    .description('begin no further step; of a single activity: stop it, with a checkpoint where it can')
    .action((run: string, symbol: Word, activity: Word, flags: ReasonFlags) =>
      act((context) => pauseCommand(context, given(run, symbol, activity), true, flags)),
    );
  withReason(program.command('unpause <run> [symbol] [activity]'))
    .description('go on after a pause')
    .action((run: string, symbol: Word, activity: Word, flags: ReasonFlags) =>
      act((context) => pauseCommand(context, given(run, symbol, activity), false, flags)),
    );
  withReason(program.command('cancel <run> [symbol]'))
    .description('stop a run, or one symbol of it; what is done stays')
    .action((run: string, symbol: Word, flags: ReasonFlags) =>
      act((context) => cancelCommand(context, given(run, symbol), flags)),
    );
  withReason(program.command('move <run> [symbol] [activity]'))
    .description('send an activity, or all that wait without a worker, to another queue')
    .addOption(new Option('--queue <queue>', 'where to').choices(['cpu', 'gpu']).makeOptionMandatory())
    .action((run: string, symbol: Word, activity: Word, flags: Parameters<typeof moveCommand>[2]) =>
      act((context) => moveCommand(context, given(run, symbol, activity), flags)),
    );
};
