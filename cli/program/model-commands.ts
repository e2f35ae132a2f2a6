import { auditCommand } from '../commands/audit';
import { modelsListCommand } from '../commands/models-list';
import type { PromoteFlags } from '../commands/models-promote';
import { modelsPromoteCommand } from '../commands/models-promote';
import { modelsRollbackCommand } from '../commands/models-rollback';
import { modelsShowCommand } from '../commands/models-show';
import { predictCommand } from '../commands/predict';
import type { AddCommands } from './action';

/** Commands around saved models: the registry, its audit log, and predictions. */
export const addModelCommands: AddCommands = (program, act) => {
  const models = program.command('models').description('the model registry');
  models
    .command('list')
    .description('every model with its champion, challenger and previous champion')
    .option('--json', 'one JSON document on standard output')
    .action((flags: { json?: boolean }) => act((context) => modelsListCommand(context, flags)));
  models
    .command('show <model>')
    .description('the card of <model>@champion, @challenger, @previous or @<number>')
    .option('--json', 'one JSON document on standard output')
    .action((model: string, flags: { json?: boolean }) => act((context) => modelsShowCommand(context, model, flags)));
  models
    .command('promote <model>')
    .description('make <model>@<number> the champion, if the gate lets it')
    .requiredOption('--why <sentence>', 'for the audit log')
    .option('--who <name>', 'for the audit log (default: the user of this machine)')
    .option('--despite-gate', 'also where the gate refuses')
    .action((model: string, flags: PromoteFlags) => act((context) => modelsPromoteCommand(context, model, flags)));
  models
    .command('rollback <model>')
    .description('make the previous champion the champion again')
    .requiredOption('--why <sentence>', 'for the audit log')
    .option('--who <name>', 'for the audit log (default: the user of this machine)')
    .action((model: string, flags: { why: string; who?: string }) =>
      act((context) => modelsRollbackCommand(context, model, flags)),
    );
  program
    .command('audit')
    .description('who did what to models, schedules and runs')
    .option('--since <when>', 'a date, an instant, or days back as 7d')
    .option('--json', 'one JSON document on standard output')
    .action((flags: { since?: string; json?: boolean }) => act((context) => auditCommand(context, flags)));
  program
    .command('predict')
    .description('probabilities of a saved model for the bars of a file, as CSV')
    .requiredOption('--model <ref>', 'daily/XAG-h20@champion, or a bundle: its uri or the first letters of its hash')
    .requiredOption('--source <paths...>', 'bar files')
    .option('--symbol <name>', 'which symbol, where the source has several')
    .option('--config <file>', 'settings of the source (columns, time zone), in YAML or JSON')
    .action((flags: Parameters<typeof predictCommand>[1]) => act((context) => predictCommand(context, flags)));
};
