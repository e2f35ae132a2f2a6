import type { DecisionFlags } from '../commands/models-decide';
import { modelsDecideCommand } from '../commands/models-decide';
import type { AddCommands } from './action';

/** A person's answer to the question whether a model is promoted; joins the commands around models. */
export const addPromotionCommands: AddCommands = (program, act) => {
  const known = program.commands.find((command) => command.name() === 'models');
  const models = known ?? program.command('models').description('the model registry');
  for (const kind of ['approve', 'reject'] as const) {
    models
      .command(`${kind} <model>`)
      .description(kind === 'approve' ? 'let the challenger that waits become the champion' : 'leave the champion')
      .requiredOption('--why <sentence>', 'for the audit log')
      .option('--who <name>', 'for the audit log (default: the user of this machine)')
      .option('--version <number>', 'which version, where several wait')
      .action((model: string, flags: DecisionFlags) =>
        act((context) => modelsDecideCommand(context, model, kind, flags)),
      );
  }
};
