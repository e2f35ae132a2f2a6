import type { Command } from 'commander';
import { lineageCommand } from '../commands/lineage';
import type { LineageFlags } from '../commands/lineage';
import { reportCommand } from '../commands/report';
import type { StoreGcFlags } from '../commands/store-gc';
import { storeGcCommand } from '../commands/store-gc';
import type { StoreLsFlags } from '../commands/store-ls';
import { storeLsCommand } from '../commands/store-ls';
import type { StoreVerifyFlags } from '../commands/store-verify';
import { storeVerifyCommand } from '../commands/store-verify';
import type { TrialsFlags } from '../commands/trials';
import { trialsCommand } from '../commands/trials';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { numberFrom, wholeNumber } from './numbers';
import { withJson } from './options';

/** Commands that read and tidy the store. */
export const addStoreCommands: AddCommands = (program, act) => {
  program
    .command('report <run>')
    .description('print the path of the report')
    .action((run: string) => act((context) => reportCommand(context, run)));
  withJson(program.command('lineage <ref>'))
    .description('show what an artifact was made of; of a run, a symbol, a model or an alias too')
    .option('--descendants', 'what was made of it instead, down to models and aliases')
    .action((ref: string, flags: LineageFlags) => act((context) => lineageCommand(context, ref, flags)));
  withJson(program.command('trials'))
    .description(
      'list the ledgers of trials, which overfitting is judged by, and verify that nothing was removed or edited',
    )
    .option('--study <study>', 'every trial of this study')
    .option('--symbol <symbol>', 'every trial of this symbol')
    .action((flags: TrialsFlags) => act((context) => trialsCommand(context, flags)));
  addStoreGroup(program.command('store').description('look into the store, check it, keep it small'), act);
};

function addStoreGroup(store: Command, act: Parameters<AddCommands>[1]): void {
  withJson(store.command('ls'))
    .description('list what is there, by kind')
    .option('--kind <kind>', 'the objects of one kind')
    .option('--run <run>', 'only what this run holds')
    .action((flags: StoreLsFlags) => act((context) => storeLsCommand(context, flags)));
  withJson(store.command('verify'))
    .description('read everything, and name what is damaged and what depends on it')
    .option('--run <run>', 'only what this run holds')
    .option('--deep', 'also look whether what documents name inside is there')
    .action((flags: StoreVerifyFlags) => act((context) => storeVerifyCommand(context, flags)));
  withReason(withJson(store.command('gc')))
    .description('show what nothing needs any more, and remove it with --apply')
    .option('--keep-runs <count>', 'so many of the newest runs are kept', wholeNumber('--keep-runs', 0), 20)
    .option('--keep-days <days>', 'runs younger than so many days are kept', numberFrom('--keep-days', 0), 30)
    .option(
      '--grace-hours <hours>',
      'what was written or used in the last so many hours is kept',
      numberFrom('--grace-hours', 0),
      24,
    )
    .option('--apply', 'remove it')
    .option('--no-server-check <reason>', 'do not ask the Temporal server for open runs; the reason is audited')
    .action((flags: StoreGcFlags) => act((context) => storeGcCommand(context, flags)));
}
