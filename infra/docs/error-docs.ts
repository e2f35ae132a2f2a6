import { ERRORS, type ErrorEntry, type ErrorOwner } from '../../shared/names/errors';

const HEAD = `# What can fail

Generated from \`shared/names/errors.ts\`; do not edit. Renew it after a build with

    node -e "require('fs').writeFileSync('docs/errors.md', require('./dist/infra/docs/error-docs').renderErrorDocs())"

Every failure has one of these codes: in the report, in \`./candlewick failures\`, in \`run --json\`, as the type of a failed
activity in the Temporal UI and in the search attribute \`FailureCode\`. Retryable means that the activity is tried again by
itself, with a growing pause; anything else fails its symbol, and the other symbols go on.
`;

const OWNERS: Readonly<Record<ErrorOwner, string>> = {
  input: 'whoever gave the input',
  platform: 'whoever runs the machines',
  code: 'whoever wrote the code',
};

/** The text of `docs/errors.md`: every code with its meaning, owner, whether it is retried, and what to do. */
export function renderErrorDocs(): string {
  const entries = Object.entries(ERRORS);
  const overview = [
    '| code | owner | retryable |',
    '| --- | --- | --- |',
    ...entries.map(
      ([code, { owner, retryable }]) => `| [${code}](#${code.toLowerCase()}) | ${owner} | ${yesOrNo(retryable)} |`,
    ),
  ];
  const sections = entries.map(([code, entry]) => renderEntry(code, entry));
  return [HEAD, overview.join('\n'), '', ...sections].join('\n');
}

function renderEntry(code: string, { meaning, owner, retryable, remedy }: ErrorEntry): string {
  return [
    `## ${code}`,
    '',
    meaning,
    '',
    `- To act: ${OWNERS[owner]}.`,
    `- Retried by itself: ${yesOrNo(retryable)}.`,
    `- What to do: ${remedy}`,
    '',
  ].join('\n');
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
