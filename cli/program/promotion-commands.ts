import type { DecisionFlags } from '../commands/models-decide';
import { modelsDecideCommand } from '../commands/models-decide';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { wholeNumber } from './numbers';

/** A person's answer to the question whether a model is promoted; joins the commands around models. */
export const addPromotionCommands: AddCommands = (program, act) => {
  const known = program.commands.find((command) => command.name() === 'models');
  const models = known ?? program.command('models').description('the model registry');
  for (const kind of ['approve', 'reject'] as const) {
    withReason(models.command(`${kind} <model>`), { required: true })
      .description(
        kind === 'approve'
          ? 'let the challenger that waits become the champion'
          : 'turn down the challenger that waits; the champion stays',
      )
      .option('--version <number>', 'which version, where several wait', wholeNumber('--version'))
      .action((model: string, flags: DecisionFlags) =>
        act((context) => modelsDecideCommand(context, model, kind, flags)),
      );
  }
};
