import type { Command } from 'commander';
import { Option } from 'commander';
import { actorName } from '../../shared/runtime/actor';
import { UsageError } from '../usage-error';

/** Who changes something and why, as it was typed. */
export interface ReasonFlags {
  readonly who?: string;
  readonly why?: string;
}

/** The same of a command that does nothing without a reason. */
export interface GivenReason extends ReasonFlags {
  readonly why: string;
}

/** Adds `--why` and `--who`. A reason of blanks is refused while arguments are read, so before anything is done. */
export function withReason(command: Command, { required = false }: { readonly required?: boolean } = {}): Command {
  return command
    .addOption(new Option('--why <sentence>', 'for the audit log').argParser(sentence).makeOptionMandatory(required))
    .option('--who <name>', 'for the audit log (default: the user of this machine)');
}

/** Who acts and why, as it is entered; `fallback` where no reason was given. Throws a UsageError for one of blanks. */
export function readReason(
  { who, why }: ReasonFlags,
  fallback = 'no reason given',
): { readonly who: string; readonly why: string } {
  return { who: actorName(who), why: why === undefined ? fallback : sentence(why) };
}

function sentence(text: string): string {
  const why = text.trim();
  if (why === '') throw new UsageError('--why is empty; say in a sentence why, it is kept in the audit log');
  return why;
}
