import type { ErrorCode } from '../../shared/names/errors';
import { ERRORS } from '../../shared/names/errors';
import type { Procedure } from './procedures/procedure';
import { RUNBOOK_HEAD } from './runbook-head';
import { PROCEDURES } from './runbook-procedures';

const OWNERS = {
  input: 'whoever gave the input',
  platform: 'whoever runs the machines',
  code: 'whoever wrote the code',
};

/** The text of `docs/runbook.md`: what holds for every failure, then a section for each code of the error table. */
export function renderRunbook(): string {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return [RUNBOOK_HEAD, ...codes.map((code) => renderSection(code, PROCEDURES[code]))].join('\n');
}

function renderSection(code: ErrorCode, { sees, look, causes, mend, mended, escalate }: Procedure): string {
  const { meaning, owner, retryable, remedy } = ERRORS[code];
  return [
    `## ${code}`,
    '',
    `${meaning} To act: ${OWNERS[owner]}. ${retryable ? 'It is tried again by itself.' : 'It is not tried again by itself.'} In short: ${remedy}`,
    '',
    `**You see.** ${sees}`,
    '',
    '**First look.**',
    '',
    ...commands(look),
    '**Likely causes, in order.**',
    '',
    ...causes.map((cause, at) => `${String(at + 1)}. ${cause}`),
    '',
    '**Type.**',
    '',
    ...commands(mend),
    `**Mended when** ${mended}`,
    '',
    `**Escalate when** ${escalate}`,
    '',
  ].join('\n');
}

function commands(lines: readonly string[]): readonly string[] {
  return ['```sh', ...lines, '```', ''];
}
