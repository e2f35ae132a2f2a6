import type { Command } from 'commander';
import { Option } from 'commander';
import { ALERT_CHANNELS } from '../../shared/runtime/settings/alert-settings';
import type { AlertsListFlags } from '../commands/alerts-list';
import { alertsListCommand } from '../commands/alerts-list';
import type { AlertsTestFlags } from '../commands/alerts-test';
import { alertsTestCommand } from '../commands/alerts-test';
import type { AddCommands } from './action';
import { withJson } from './options';

/** Commands around alerts. */
export const addAlertCommands: AddCommands = (program, act) => {
  const alerts: Command = program
    .command('alerts')
    .description('list and test what is told to Slack, PagerDuty or a webhook');
  withJson(alerts.command('list'))
    .description('list the alerts that are open, since when, and which channels accepted them')
    .action((flags: AlertsListFlags) => act((context) => alertsListCommand(context, flags)));
  alerts
    .command('test')
    .description('send a test message to the channels, and say which accepted it')
    .addOption(new Option('--to <channel>', 'only to this channel').choices(ALERT_CHANNELS))
    .action((flags: AlertsTestFlags) => act((context) => alertsTestCommand(context, flags)));
};
