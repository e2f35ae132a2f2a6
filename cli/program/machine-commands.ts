import { Option } from 'commander';
import { WORKER_ROLES } from '../../shared/names/worker-roles';
import { devCommand } from '../commands/dev';
import { runDoctor } from '../commands/doctor';
import { stopCommand } from '../commands/stop';
import { workerCommand } from '../commands/worker';
import type { AddCommands } from './action';

/** Commands that start, stop and check processes of this machine. */
export const addMachineCommands: AddCommands = (program, act) => {
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
};
