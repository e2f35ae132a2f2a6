import type { Settings } from '../shared/runtime/settings';
import { readSettings } from '../shared/runtime/settings';
import { UsageError } from './usage-error';

/** What every command is given: settings, where to write, and whether somebody asked to stop. */
export interface CommandContext {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Whether a person watches (progress bars, staying up). */
  readonly interactive: boolean;
  /** Results: standard output. */
  readonly print: (line: string) => void;
  /** Everything else: standard error. */
  readonly say: (line: string) => void;
  readonly stopRequested: () => 'SIGINT' | 'SIGTERM' | null;
  readonly whenStopRequested: Promise<void>;
}

export function createCommandContext(env: NodeJS.ProcessEnv, workingDirectory: string): CommandContext {
  let stop: 'SIGINT' | 'SIGTERM' | null = null;
  const whenStopRequested = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        stop ??= signal;
        resolve();
      });
    }
  });
  return {
    settings: settingsOrUsageError(env, workingDirectory),
    env,
    workingDirectory,
    interactive: process.stdout.isTTY && process.stderr.isTTY,
    print: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    stopRequested: () => stop,
    whenStopRequested,
  };
}

function settingsOrUsageError(env: NodeJS.ProcessEnv, workingDirectory: string): Settings {
  try {
    return readSettings(env, workingDirectory);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
