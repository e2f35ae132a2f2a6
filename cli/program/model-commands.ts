import { predictCommand } from '../commands/predict';
import type { AddCommands } from './action';

/** Commands around saved models: the registry, and predictions. */
export const addModelCommands: AddCommands = (program, act) => {
  program
    .command('predict')
    .description('probabilities of a saved model for the bars of a file, as CSV')
    .requiredOption('--model <ref>', 'bundle: its uri, or the first letters of its hash')
    .requiredOption('--source <paths...>', 'bar files')
    .option('--symbol <name>', 'which symbol, where the source has several')
    .option('--config <file>', 'settings of the source (columns, time zone), in YAML or JSON')
    .action((flags: Parameters<typeof predictCommand>[1]) => act((context) => predictCommand(context, flags)));
};
