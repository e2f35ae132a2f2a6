import { createFileSource } from '../../shared/sources/files/file-source';
import { join } from 'node:path';
import { QUEUES, WORKFLOWS } from '../../shared/names/queues';
import type { CommandContext } from '../command-context';
import type { ConfigFlags, ConfigInput } from '../config-input';
import { readConfigInput } from '../config-input';
import type { Session } from '../run-session';
import { finishRun, openSession, watchRun } from '../run-session';
import { EXIT, UsageError } from '../usage-error';

export interface RunFlags extends ConfigFlags {
  readonly id?: string;
  readonly json?: boolean;
}

/** Exit codes of a run that goes on with `resume`. */
const INTERRUPTED = { noWorker: EXIT.failed, SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** `candlewick run`: trains, shows progress, prints the result, and exits with what became of it. */
export async function runCommand(context: CommandContext, flags: RunFlags): Promise<number> {
  const given = readConfigInput(flags, context.workingDirectory);
  await assertSourceExists(context, given);
  const session = await openSession(context);
  try {
    return await runInSession(context, session, given, { id: flags.id ?? newRunId(), json: flags.json ?? false });
  } finally {
    await session.close();
  }
}

/** Starts a run in an open session and follows it to its end. */
export async function runInSession(
  context: CommandContext,
  session: Session,
  given: Pick<ConfigInput, 'input'>,
  options: { readonly id: string; readonly json: boolean },
): Promise<number> {
  const handle = await session.client.workflow.start(WORKFLOWS.trainUniverse, {
    taskQueue: QUEUES.control,
    workflowId: options.id,
    args: [given.input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `training run ${options.id}`,
  });
  context.say(`run ${options.id} started`);
  return followRun(context, session, handle.workflowId, options);
}

/** Follows a run until it is closed or until we are asked to stop; in that case it goes on with `resume`. */
export async function followRun(
  context: CommandContext,
  session: Session,
  runId: string,
  options: { readonly json: boolean },
): Promise<number> {
  const outcome = await watchRun(context, session, session.client.workflow.getHandle(runId));
  if (outcome === 'closed') return finishRun(context, session, runId, options);
  context.say(`stopping; what is done is saved. Go on with: ./candlewick resume ${runId}`);
  return INTERRUPTED[outcome];
}

/** Refused here and now rather than by the first activity: the person is still at the keyboard. */
async function assertSourceExists(context: CommandContext, { config }: ConfigInput): Promise<void> {
  if (config.source.kind !== 'files') return;
  const source = createFileSource(config.source, {
    baseDir: context.workingDirectory,
    tempDir: join(context.settings.home, 'tmp'),
  });
  const listed = await source.list();
  if (!listed.ok) throw new UsageError(listed.fault.message);
}

/** Readable, sortable, and new: the instant and four random letters. */
export function newRunId(): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const letters = Array.from({ length: 4 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
  return `run-${stamp}-${letters}`;
}
