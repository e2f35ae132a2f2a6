import type { Command } from 'commander';
import { Option } from 'commander';
import { overlapSchema } from '../../shared/contracts/schedule';
import { scheduleApplyCommand } from '../commands/schedule-apply';
import { scheduleBackfillCommand } from '../commands/schedule-backfill';
import { scheduleDeleteCommand } from '../commands/schedule-delete';
import { scheduleListCommand } from '../commands/schedule-list';
import { schedulePauseCommand } from '../commands/schedule-pause';
import { scheduleTriggerCommand } from '../commands/schedule-trigger';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { anyNumber } from './numbers';
import { withJson, withRunSource } from './options';

type ApplyFlags = Parameters<typeof scheduleApplyCommand>[1];
type PauseFlags = Parameters<typeof schedulePauseCommand>[3];
type DeleteFlags = Parameters<typeof scheduleDeleteCommand>[2];
type TriggerFlags = Parameters<typeof scheduleTriggerCommand>[2];
type BackfillFlags = Parameters<typeof scheduleBackfillCommand>[2];

/** Commands around schedules of retrains. */
export const addScheduleCommands: AddCommands = (program, act) => {
  const schedule = program.command('schedule').description('retrain by the calendar');
  withApplyFlags(schedule.command('apply'))
    .description('make a schedule, or change what differs in one')
    .action((flags: ApplyFlags) => act((context) => scheduleApplyCommand(context, flags)));
  withJson(schedule.command('list'))
    .description('show what each schedule did last, and when it starts next')
    .action((flags: { json?: boolean }) => act((context) => scheduleListCommand(context, flags)));
  for (const [name, paused] of [
    ['pause', true],
    ['unpause', false],
  ] as const) {
    withReason(schedule.command(`${name} <id>`), { required: true })
      .description(paused ? 'start nothing until unpaused' : 'start again by the calendar')
      .action((id: string, flags: PauseFlags) => act((context) => schedulePauseCommand(context, id, paused, flags)));
  }
  withReason(schedule.command('trigger <id>'))
    .description('start one retrain as of now')
    .addOption(overlapOption('what if another one is open (default: as the schedule says)'))
    .action((id: string, flags: TriggerFlags) => act((context) => scheduleTriggerCommand(context, id, flags)));
  withReason(schedule.command('backfill <id>'))
    .description('make up for the retrains of past days, each as of its day')
    .requiredOption('--from <day>', 'first day, in the zone of the schedule')
    .requiredOption('--to <day>', 'last day')
    .addOption(overlapOption('one after another or all at once (default: bufferAll)'))
    .action((id: string, flags: BackfillFlags) => act((context) => scheduleBackfillCommand(context, id, flags)));
  withReason(schedule.command('delete <id>'), { required: true })
    .description('take a schedule away; its runs and models stay')
    .action((id: string, flags: DeleteFlags) => act((context) => scheduleDeleteCommand(context, id, flags)));
};

function withApplyFlags(command: Command): Command {
  return withRunSource(withReason(command))
    .option('--file <file>', 'the schedule in YAML or JSON (docs/schedules.md); flags are laid over it')
    .option('--name <set>', 'the set that its models belong to (default: daily)')
    .option('--id <name>', 'name of the schedule (default: retrain-<set>)')
    .option('--at <time>', 'wall-clock time, such as 22:30')
    .option('--days <days>', 'mon-fri, daily, or mon,wed,fri')
    .option('--time-zone <zone>', 'IANA time zone, such as America/New_York')
    .option('--skip <days>', 'holidays, separated by commas')
    .option('--jitter <minutes>', 'start up to so many minutes later', anyNumber('--jitter'))
    .addOption(overlapOption('what if the last retrain still runs'))
    .option('--catch-up <hours>', 'for how many hours a missed start is made up for', anyNumber('--catch-up'))
    .option('--no-pause-on-failure', 'go on after a failed retrain')
    .option('--note <text>', 'a note for people')
    .addOption(
      new Option('--promotion <how>', 'by the gate alone, or with an approval').choices(['automatic', 'approval']),
    )
    .option('--approval-hours <hours>', 'for how many hours an approval is waited for', anyNumber('--approval-hours'))
    .option('--set <path=value...>', 'a single setting of the retrain, such as lateData.waitMinutes=60');
}

function overlapOption(description: string): Option {
  return new Option('--overlap <policy>', description).choices(overlapSchema.options);
}
