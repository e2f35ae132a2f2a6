import type { Command } from 'commander';
import { Option } from 'commander';
import { overlapSchema } from '../../shared/contracts/schedule';
import { scheduleApplyCommand } from '../commands/schedule-apply';
import { scheduleBackfillCommand } from '../commands/schedule-backfill';
import { scheduleDeleteCommand } from '../commands/schedule-delete';
import { scheduleListCommand } from '../commands/schedule-list';
import { schedulePauseCommand } from '../commands/schedule-pause';
import { scheduleTriggerCommand } from '../commands/schedule-trigger';
import type { AddCommands } from './action';

type ApplyFlags = Parameters<typeof scheduleApplyCommand>[1];
type PauseFlags = Parameters<typeof schedulePauseCommand>[3];
type DeleteFlags = Parameters<typeof scheduleDeleteCommand>[2];
type TriggerFlags = Parameters<typeof scheduleTriggerCommand>[2];
type BackfillFlags = Parameters<typeof scheduleBackfillCommand>[2];

/** Commands around schedules of retrains. */
export const addScheduleCommands: AddCommands = (program, act) => {
  const schedule = program.command('schedule').description('retrains by the calendar');
  withApplyFlags(schedule.command('apply'))
    .description('make the schedule, or change what differs')
    .action((flags: ApplyFlags) => act((context) => scheduleApplyCommand(context, flags)));
  schedule
    .command('list')
    .description('when each starts, what it did last and does next')
    .option('--json', 'one JSON document on standard output')
    .action((flags: { json?: boolean }) => act((context) => scheduleListCommand(context, flags)));
  for (const [name, paused] of [
    ['pause', true],
    ['unpause', false],
  ] as const) {
    withReason(schedule.command(`${name} <id>`), true)
      .description(paused ? 'start nothing until unpaused' : 'start again by the calendar')
      .action((id: string, flags: PauseFlags) => act((context) => schedulePauseCommand(context, id, paused, flags)));
  }
  withReason(schedule.command('trigger <id>'), false)
    .description('one retrain as of now')
    .addOption(overlapOption('what if another one is open (default: as the schedule says)'))
    .action((id: string, flags: TriggerFlags) => act((context) => scheduleTriggerCommand(context, id, flags)));
  withReason(schedule.command('backfill <id>'), false)
    .description('the retrains of past days, each as of its day')
    .requiredOption('--from <day>', 'first day, in the zone of the schedule')
    .requiredOption('--to <day>', 'last day')
    .addOption(overlapOption('one after another or all at once (default: bufferAll)'))
    .action((id: string, flags: BackfillFlags) => act((context) => scheduleBackfillCommand(context, id, flags)));
  withReason(schedule.command('delete <id>'), true)
    .description('take the schedule away; runs and models stay')
    .action((id: string, flags: DeleteFlags) => act((context) => scheduleDeleteCommand(context, id, flags)));
};

function withApplyFlags(command: Command): Command {
  return withReason(command, false)
    .option('--file <file>', 'the schedule in YAML or JSON (docs/schedules.md); flags are laid over it')
    .option('--set <name>', 'the set that its models belong to (default: daily)')
    .option('--id <name>', 'name of the schedule (default: retrain-<set>)')
    .option('--at <time>', 'wall-clock time, such as 22:30')
    .option('--days <days>', 'mon-fri, daily, or mon,wed,fri')
    .option('--time-zone <zone>', 'IANA time zone, such as America/New_York')
    .option('--skip <days>', 'holidays, separated by commas')
    .option('--jitter <minutes>', 'start up to so much later')
    .addOption(overlapOption('what if the last retrain still runs'))
    .option('--catch-up <hours>', 'how long a missed start is made up for')
    .option('--no-pause-on-failure', 'go on after a failed retrain')
    .option('--note <text>', 'for people')
    .addOption(
      new Option('--promotion <how>', 'by the gate alone, or with an approval').choices(['automatic', 'approval']),
    )
    .option('--approval-hours <hours>', 'how long an approval is waited for')
    .option('--setting <path=value...>', 'a single setting of the retrain, such as lateData.waitMinutes=60')
    .option('--config <file>', 'settings of the run in YAML or JSON')
    .option('--preset <name>', 'preset of the run')
    .option('--source <paths...>', 'bar files or globs')
    .option('--symbols <names>', 'only these symbols, separated by commas')
    .option('--models <families>', 'only these model families, separated by commas')
    .option('--seed <number>', 'seed of everything random');
}

function overlapOption(description: string): Option {
  return new Option('--overlap <policy>', description).choices(overlapSchema.options);
}

/** Every change is entered in the audit log. */
function withReason(command: Command, whyIsRequired: boolean): Command {
  const why = new Option('--why <sentence>', 'for the audit log').makeOptionMandatory(whyIsRequired);
  return command.addOption(why).option('--who <name>', 'for the audit log (default: the user of this machine)');
}
