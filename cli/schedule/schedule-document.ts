import { resolve } from 'node:path';
import { mergeConfig } from '../../shared/contracts/config/merge';
import { isPlainObject } from '../../shared/contracts/plain-object';
import type { Schedule } from '../../shared/contracts/schedule';
import { resolveSchedule } from '../../shared/contracts/schedule';
import type { ConfigFlags } from '../config-input';
import { configInput, readSettingsFile, settingFrom } from '../config-input';
import { UsageError } from '../usage-error';

/** Flags of `schedule apply`: `name` is the set of models, `set` single settings of the retrain. */
export interface ScheduleFlags extends Omit<ConfigFlags, 'asOf' | 'until' | 'from'> {
  readonly file?: string;
  readonly id?: string;
  readonly name?: string;
  readonly at?: string;
  readonly days?: string;
  readonly timeZone?: string;
  readonly skip?: string;
  readonly jitter?: number;
  readonly overlap?: string;
  readonly catchUp?: number;
  readonly pauseOnFailure?: boolean;
  readonly note?: string;
  readonly promotion?: string;
  readonly approvalHours?: number;
}

/** The schedule that a file and flags describe, flags laid over the file. Throws a UsageError with every fault. */
export function readSchedule(flags: ScheduleFlags, workingDirectory: string): Schedule {
  const file = flags.file === undefined ? {} : readSettingsFile(resolve(workingDirectory, flags.file));
  const document = mergeConfig(file, given(scheduleFlags(flags)));
  const retrain = [...(flags.set ?? []).map(settingFrom)].reduce<unknown>(
    mergeConfig,
    mergeConfig(retrainOf(file), given(retrainFlags(flags))),
  );
  const resolved = resolveSchedule({
    ...(document as Record<string, unknown>),
    retrain: isPlainObject(retrain) ? withConfig(retrain, flags, workingDirectory) : retrain,
  });
  if (resolved.ok) return resolved.schedule;
  const lines = resolved.faults.map(({ path, message }) => `  ${path === '' ? 'schedule' : path}: ${message}`);
  throw new UsageError(`the schedule cannot be used; nothing was changed:\n${lines.join('\n')}`);
}

/** A retrain's `config` is a run's configuration: `--config`, `--preset` and the like are laid over the file's. */
function withConfig(retrain: Record<string, unknown>, flags: ScheduleFlags, workingDirectory: string): unknown {
  const underlying = retrain.config ?? {};
  // Not settings at all: left as it is, for the check to refuse.
  if (!isPlainObject(underlying)) return retrain;
  const { config, preset, source, symbols, models, seed } = flags;
  const runFlags = given({ config, preset, source, symbols, models, seed });
  return { ...retrain, config: configInput(runFlags, workingDirectory, underlying) };
}

function retrainOf(file: Readonly<Record<string, unknown>>): unknown {
  return file.retrain ?? {};
}

function scheduleFlags(flags: ScheduleFlags): Record<string, unknown> {
  return {
    id: flags.id,
    at: flags.at,
    days: flags.days,
    timeZone: flags.timeZone,
    skip: flags.skip?.split(',').map((day) => day.trim()),
    jitterMinutes: flags.jitter,
    overlap: flags.overlap,
    catchUpHours: flags.catchUp,
    // The flag can only take it away: left out, it is true in every case.
    pauseOnFailure: flags.pauseOnFailure === false ? false : undefined,
    note: flags.note,
  };
}

function retrainFlags({ name, promotion, approvalHours }: ScheduleFlags): Record<string, unknown> {
  return { set: name, promotion, approvalHours };
}

/** Only what was given: an absent setting is not one of undefined. */
function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
