import type { ErrorEntry, ErrorOwner } from '../../shared/names/errors';
import type { FailurePlace } from './failure-place';

const OWNERS: Readonly<Record<ErrorOwner, string>> = {
  input: 'whoever gave the input',
  platform: 'whoever runs the machines',
  code: 'whoever wrote the code',
};

/**
 * What an operator needs at a glance, in the place where the UI shows a stack trace with its line breaks: who has to act,
 * what to do, where it was and where the log is.
 */
export function failurePanel(
  code: string,
  { owner, remedy }: ErrorEntry,
  isFinal: boolean,
  facts: { readonly place: FailurePlace | undefined; readonly log: string | null; readonly next: string | null },
): string {
  const { place, log, next } = facts;
  const state =
    next !== null ? 'goes on one rung lower' : isFinal ? 'not tried again by itself' : 'tried again by itself';
  const rows = [
    ['what to do', remedy],
    ['runbook', `docs/runbook.md#${code.toLowerCase()}`],
    ...(next === null ? [] : [['next rung', next]]),
    ...(place === undefined
      ? []
      : [
          ['rung', place.rung ?? 'none: as configured'],
          ['checkpoint', checkpointText(place.checkpoint)],
          ['worker', place.host],
        ]),
    ['log', log ?? 'none was written; see the log of the worker'],
  ];
  return [
    `${code}: ${state}; to act: ${OWNERS[owner]}`,
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(11)} ${value}`),
  ].join('\n');
}

function checkpointText(checkpoint: FailurePlace['checkpoint']): string {
  if (checkpoint === null) return 'none: the next attempt begins at the start';
  const { step, epoch, ageSeconds } = checkpoint;
  return `step ${String(step)}, epoch ${String(epoch)}, ${String(Math.round(ageSeconds))} s before the failure`;
}
