import type { Command } from 'commander';
import { Option } from 'commander';
import { ALERT_CHANNELS } from '../../shared/runtime/settings/alert-settings';
import type { AlertsListFlags } from '../commands/alerts-list';
import { alertsListCommand } from '../commands/alerts-list';
import type { AlertsTestFlags } from '../commands/alerts-test';
import { alertsTestCommand } from '../commands/alerts-test';
import type { AddCommands } from './action';

/** Commands around alerts. */
export const addAlertCommands: AddCommands = (program, act) => {
  const alerts: Command = program.command('alerts').description('what is told by webhook');
  alerts
    .command('list')
    .description('what is open now, and who has been told')
    .option('--json', 'one JSON document on standard output')
    .action((flags: AlertsListFlags) => act((context) => alertsListCommand(context, flags)));
  alerts
    .command('test')
    .description('send a message that means nothing, and say what became of it')
    .addOption(new Option('--to <channel>', 'only to this one').choices(ALERT_CHANNELS))
    .action((flags: AlertsTestFlags) => act((context) => alertsTestCommand(context, flags)));
};
