import { Command } from 'commander';
import type { Action, AddCommands } from './action';
import { addAlertCommands } from './alert-commands';
import { addGuardCommands } from './guard-commands';
import { addMachineCommands } from './machine-commands';
import { addModelCommands } from './model-commands';
import { addOperateCommands } from './operate-commands';
import { addPromotionCommands } from './promotion-commands';
import { addRunCommands } from './run-commands';
import { addScheduleCommands } from './schedule-commands';
import { addStoreCommands } from './store-commands';

/** The groups, in the order in which the help shows them. */
const GROUPS: readonly AddCommands[] = [
  addRunCommands,
  addOperateCommands,
  addAlertCommands,
  addScheduleCommands,
  addModelCommands,
  addPromotionCommands,
  addStoreCommands,
  addMachineCommands,
  addGuardCommands,
];

/** The command line as data: what exists, what it takes, what it does. `act` receives the chosen action. */
export function createProgram(act: (action: Action) => void): Command {
  const program = new Command('candlewick')
    .description('Durable training pipelines for market models on Temporal')
    .exitOverride()
    .showHelpAfterError('(candlewick --help lists the commands)');
  for (const addCommands of GROUPS) addCommands(program, act);
  return program;
}
