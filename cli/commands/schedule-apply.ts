import type { Client } from '@temporalio/client';
import type { Schedule } from '../../shared/contracts/schedule';
import { openObjectStore } from '../../shared/store/open-store';
import { identifyStore } from '../../shared/store/store-identity';
import type { CommandContext } from '../command-context';
import { isErrorNamed } from '../run-failure';
import { connectClient } from '../runtime/client';
import { prepareFolders } from '../runtime/state-folder';
import { ensureServer } from '../runtime/temporal-server';
import type { ScheduleFlags } from '../schedule/schedule-document';
import { readSchedule } from '../schedule/schedule-document';
import { actualFacts, differences, wantedFacts } from '../schedule/schedule-facts';
import { scheduleOptions } from '../schedule/schedule-options';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { recordScheduleChange, sayIfNoWorker } from '../schedule/schedule-session';
import { scheduleSentence } from '../schedule/schedule-sentence';
import { EXIT } from '../usage-error';

/**
 * `candlewick schedule apply`: makes the schedule, or changes what differs; said twice, it changes nothing the second time.
 * Everything is checked before anything is sent.
 */
export async function scheduleApplyCommand(
  context: CommandContext,
  flags: ScheduleFlags & ReasonFlags,
): Promise<number> {
  readReason(flags);
  const schedule = readSchedule(flags, context.workingDirectory);
  for (const warning of clockWarnings(schedule)) context.say(warning);
  await prepareFolders(context.settings);
  const server = await ensureServer(context.settings, context.env);
  const client = await connectClient(context.settings, server.address);
  try {
    const changes = await applySchedule(client, schedule, await identifyStore(openObjectStore(context.settings)));
    context.print(`schedule ${schedule.id}: ${changes.length === 0 ? 'unchanged' : changes.join('\n  ')}`);
    context.print(scheduleSentence(schedule, await client.schedule.getHandle(schedule.id).describe()));
    if (changes.length > 0)
      await recordScheduleChange(context, schedule.id, flags, {
        did: changes[0] === CREATED ? 'created' : 'changed',
        details: { changes, schedule },
      });
    await sayIfNoWorker(context, client);
    return EXIT.done;
  } finally {
    await client.connection.close();
  }
}

const CREATED = 'created';

/** Creates or updates; answers with what changed. A pause and its note outlast an update. */
async function applySchedule(client: Client, schedule: Schedule, storeId: string): Promise<readonly string[]> {
  const options = scheduleOptions(schedule, storeId);
  try {
    await client.schedule.create(options);
    return [CREATED];
  } catch (error) {
    if (!isErrorNamed(error, 'ScheduleAlreadyRunning')) throw error;
  }
  const handle = client.schedule.getHandle(schedule.id);
  const actual = await handle.describe();
  const { paused, note } = actual.state;
  // While it is paused the note says why.
  const newNote = schedule.note !== null && !paused && schedule.note !== (note ?? '') ? schedule.note : null;
  const changes = [
    ...differences(actualFacts(actual), wantedFacts(schedule, storeId)),
    ...(newNote === null ? [] : [`note: ${note ?? 'none'} → ${newNote}`]),
  ];
  if (changes.length === 0) return [];
  const { spec, action, policies = {} } = options;
  await handle.update((previous) => ({
    spec,
    action,
    policies,
    state: { ...previous.state, ...(newNote === null ? {} : { note: newNote }) },
    typedSearchAttributes: previous.typedSearchAttributes,
  }));
  return changes;
}

/** Wall-clock times that some days do not have, or have twice, where clocks are changed. */
function clockWarnings({ at, timeZone }: Schedule): readonly string[] {
  if (timeZone === 'UTC' || at < '00:00' || at >= '03:00') return [];
  return [
    `at ${at} clocks may be changed in ${timeZone}: on such days a retrain can be left out or started twice; a time after 03:00 is safe`,
  ];
}
