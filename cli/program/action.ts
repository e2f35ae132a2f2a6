import type { Command } from 'commander';
import type { CommandContext } from '../command-context';

/** What a command does once its arguments are understood; answers with the exit code. */
export type Action = (context: CommandContext) => Promise<number>;

/** Adds a group of commands; `act` receives the chosen action. */
export type AddCommands = (program: Command, act: (action: Action) => void) => void;
