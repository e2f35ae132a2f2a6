import { join } from 'node:path';
import { createFileSource } from '../../shared/sources/files/file-source';
import type { CommandContext } from '../command-context';
import type { ConfigFlags, ConfigInput } from '../config-input';
import { readConfigInput } from '../config-input';
import { startAndFollow } from '../follow-run';
import { newRunId } from '../run-id';
import { openSession } from '../run-session';
import { UsageError } from '../usage-error';
import { runSummary } from '../views/run-summary';

export interface RunFlags extends ConfigFlags {
  readonly id?: string;
  readonly json?: boolean;
}

/** `candlewick run`: trains, shows progress, prints the result, and exits with what became of it. */
export async function runCommand(context: CommandContext, flags: RunFlags): Promise<number> {
  const given = readConfigInput(flags, context.workingDirectory);
  await assertSourceExists(context, given);
  const id = flags.id ?? newRunId();
  const session = await openSession(context);
  try {
    const run = { id, input: given.input, summary: runSummary(given.config) };
    return await startAndFollow(context, session, run, { json: flags.json ?? false });
  } finally {
    await session.close();
  }
}

/** Refused here and now rather than by the first activity: the person is still at the keyboard. */
async function assertSourceExists(context: CommandContext, { config }: ConfigInput): Promise<void> {
  if (config.source.kind !== 'files') return;
  const source = createFileSource(config.source, {
    baseDir: context.workingDirectory,
    tempDir: join(context.settings.home, 'tmp'),
    // Typed by a person; the worker that will read it looks at its own bounds.
    roots: null,
  });
  const listed = await source.list();
  if (!listed.ok) throw new UsageError(listed.fault.message);
}
