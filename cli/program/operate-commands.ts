import { cancelCommand } from '../commands/cancel';
import { failuresCommand } from '../commands/failures';
import { pauseCommand } from '../commands/pause';
import { statusCommand } from '../commands/status';
import type { AddCommands } from './action';

/** Commands that look at runs in flight and act on them. */
export const addOperateCommands: AddCommands = (program, act) => {
  program
    .command('status [run]')
    .description('the latest runs, or where one stands')
    .action((run?: string) => act((context) => statusCommand(context, run)));
  program
    .command('failures [run]')
    .description('what failed, why, and what to do')
    .action((run?: string) => act((context) => failuresCommand(context, run)));
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
};
