import { lineageCommand } from '../commands/lineage';
import { reportCommand } from '../commands/report';
import type { AddCommands } from './action';

/** Commands that read and tidy the store. */
export const addStoreCommands: AddCommands = (program, act) => {
  program
    .command('report <run>')
    .description('path of the report')
    .action((run: string) => act((context) => reportCommand(context, run)));
  program
    .command('lineage <ref>')
    .description('what an artifact was made of')
    .action((ref: string) => act((context) => lineageCommand(context, ref)));
};
