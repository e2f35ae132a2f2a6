import type { Settings } from '../shared/runtime/settings';
import { readSettings } from '../shared/runtime/settings';
import type { StopRequest } from './runtime/stop-request';
import { listenForStop } from './runtime/stop-request';
import { UsageError } from './usage-error';

type Write = (line: string) => void;

/** What every command is given: settings, where to write, and a way to be asked to stop. */
export interface CommandContext {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Whether a person watches (progress bars, staying up). */
  readonly interactive: boolean;
  /** The span of this command, which runs that it starts belong to; null: nobody collects spans. */
  readonly traceparent: string | null;
  /** Results: standard output. */
  readonly print: Write;
  /** Everything else: standard error. */
  readonly say: Write;
  /** Where `say` goes until null is given: progress bars own the lines on which they are drawn. */
  readonly divertSay: (write: Write | null) => void;
  /** For commands that follow something, once: signals are then answered in order. All others end at a signal. */
  readonly listenForStop: () => StopRequest;
}

export function createCommandContext(
  env: NodeJS.ProcessEnv,
  workingDirectory: string,
  traceparent: string | null = null,
): CommandContext {
  const toStandardError: Write = (line) => void process.stderr.write(`${line}\n`);
  let say = toStandardError;
  return {
    settings: settingsOrUsageError(env, workingDirectory),
    env,
    workingDirectory,
    traceparent,
    interactive: process.stdout.isTTY && process.stderr.isTTY,
    print: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => say(line),
    divertSay: (write) => {
      say = write ?? toStandardError;
    },
    listenForStop: () => listenForStop(process, (exitCode) => process.exit(exitCode)),
  };
}

function settingsOrUsageError(env: NodeJS.ProcessEnv, workingDirectory: string): Settings {
  try {
    return readSettings(env, workingDirectory);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
