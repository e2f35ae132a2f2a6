import { Option } from 'commander';
import { WORKER_ROLES } from '../../shared/names/worker-roles';
import { devCommand } from '../commands/dev';
import { runDoctor } from '../commands/doctor';
import { drillCommand } from '../commands/drill';
import { stopCommand } from '../commands/stop';
import { workerCommand } from '../commands/worker';
import type { AddCommands } from './action';
import { withJson } from './options';

/** Commands that start, stop and check processes of this machine. */
export const addMachineCommands: AddCommands = (program, act) => {
  program
    .command('dev')
    .description('start server and worker, until Ctrl-C')
    .action(() => act(devCommand));
  program
    .command('worker')
    .description('start one more worker')
    .addOption(new Option('--role <role>', 'what it works on').choices(WORKER_ROLES).default('all'))
    .action((flags: Parameters<typeof workerCommand>[1]) => act((context) => workerCommand(context, flags)));
  program
    .command('stop')
    .description('end the Temporal server of the state folder')
    .action(() => act(stopCommand));
  withJson(program.command('doctor'))
    .description('check what is set up, from where, and what is missing')
    .action((flags: { json?: boolean }) => act((context) => runDoctor(context.env, context.print, flags)));
  withJson(program.command('drill'))
    .description('do harm on purpose in a namespace of its own, and certify what was survived and what it cost')
    .option('--only <scenarios>', 'only these scenarios, separated by commas (default: all)')
    .addOption(
      new Option('--store <where>', 'a folder of its own, or below the store of this installation')
        .choices(['throwaway', 'current'])
        .default('throwaway'),
    )
    .option('--limit <seconds>', 'how many seconds one run of a scenario may take', '300')
    .option('--out <file>', 'write the certificate to a file instead of standard output')
    .action((flags: Parameters<typeof drillCommand>[1]) => act((context) => drillCommand(context, flags)));
};
