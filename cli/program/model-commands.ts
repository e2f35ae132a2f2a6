import { Option } from 'commander';
import { auditEntrySchema } from '../../shared/contracts/registry';
import type { AuditFlags } from '../commands/audit';
import { auditCommand } from '../commands/audit';
import { modelsListCommand } from '../commands/models-list';
import type { PromoteFlags } from '../commands/models-promote';
import { modelsPromoteCommand } from '../commands/models-promote';
import { modelsRollbackCommand } from '../commands/models-rollback';
import { modelsShowCommand } from '../commands/models-show';
import { predictCommand } from '../commands/predict';
import type { GivenReason } from '../operate/reason';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { withJson } from './options';

/** Commands around saved models: the registry, its audit log, and predictions. */
export const addModelCommands: AddCommands = (program, act) => {
  const models = program.command('models').description('look into the model registry and change it');
  withJson(models.command('list'))
    .description('list every model with its champion, challenger and previous champion')
    .action((flags: { json?: boolean }) => act((context) => modelsListCommand(context, flags)));
  withJson(models.command('show <model>'))
    .description('show the card of <model>@champion, @challenger, @previous or @<number>')
    .action((model: string, flags: { json?: boolean }) => act((context) => modelsShowCommand(context, model, flags)));
  withReason(models.command('promote <model>'), { required: true })
    .description('make <model>@<number> the champion, if the gate lets it')
    .option('--despite-gate', 'also where the gate refuses')
    .action((model: string, flags: PromoteFlags) => act((context) => modelsPromoteCommand(context, model, flags)));
  withReason(models.command('rollback <model>'), { required: true })
    .description('make the previous champion the champion again')
    .action((model: string, flags: GivenReason) => act((context) => modelsRollbackCommand(context, model, flags)));
  withJson(program.command('audit'))
    .description('show who did what to models, schedules and runs')
    .option('--since <when>', 'a date, an instant, or days back as 7d')
    .option('--subject <text>', 'only what was done to a model, run or schedule of this name, or part of it')
    .option('--who <text>', 'only what this person did')
    .addOption(new Option('--action <action>', 'only this').choices(auditEntrySchema.shape.action.options))
    .action((flags: AuditFlags) => act((context) => auditCommand(context, flags)));
  program
    .command('predict')
    .description('compute probabilities of a saved model for the bars of a file, as CSV')
    .requiredOption('--model <ref>', 'daily/XAG-h20@champion, or a bundle: its uri or the first letters of its hash')
    .requiredOption('--source <paths...>', 'bar files')
    .option('--symbol <name>', 'which symbol, where the source has several')
    .option('--config <file>', 'settings of the source (columns, time zone), in YAML or JSON')
    .action((flags: Parameters<typeof predictCommand>[1]) => act((context) => predictCommand(context, flags)));
};
