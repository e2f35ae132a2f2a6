import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderErrorDocs } from '../../../infra/docs/error-docs';
import { ERRORS, errorEntry, isErrorCode } from '../../../shared/names/errors';
import { PRODUCT_ROOMS, sourcePathsBelow } from '../../support/sources';

const ROOT = join(__dirname, '../../..');
const SOURCE_PATHS = sourcePathsBelow(ROOT, PRODUCT_ROOMS);

/** Where a code stands in the source: given to a failure or a store error, or as the type of a Temporal failure. */
const USES = [
  /\bfail\(\s*'([A-Z]\w+)'/g,
  /\bcode: '([A-Z]\w+)'/g,
  /\bnew (?:StoreError|SourceError)\(\s*'([A-Z]\w+)'/g,
  /\btype: '([A-Z]\w+)'/g,
  /\bnonRetryable\([^)]*?'([A-Z]\w+)',?\s*\)/g,
];

function usedCodes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of SOURCE_PATHS) {
    const text = readFileSync(path, 'utf8');
    for (const use of USES) for (const [, code = ''] of text.matchAll(use)) found.set(code, path);
  }
  return found;
}

it('docs/errors.md is what the table renders', () => {
  expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(renderErrorDocs());
});

it('says every code, its meaning and what to do', () => {
  const docs = renderErrorDocs();
  for (const [code, { meaning, remedy }] of Object.entries(ERRORS)) {
    expect(docs).toContain(`\n## ${code}\n\n${meaning}\n`);
    expect(docs).toContain(`- What to do: ${remedy}\n`);
  }
});

it('knows every code that the source uses', () => {
  const used = usedCodes();
  expect([...used].filter(([code]) => !isErrorCode(code))).toEqual([]);
  // The scan itself: codes of each way of writing them.
  for (const code of ['InvalidBars', 'ArtifactMissing', 'StorageFull', 'QuorumMissed', 'InvalidConfig']) {
    expect(used.has(code)).toBe(true);
  }
});

it('has no code that the source never names', () => {
  const texts = SOURCE_PATHS.filter((path) => !path.endsWith('names/errors.ts')).map((path) =>
    readFileSync(path, 'utf8'),
  );
  const idle = Object.keys(ERRORS).filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
  expect(idle).toEqual([]);
});

it('gives the entry of Unexpected for a code that it does not know', () => {
  expect(isErrorCode('Nonsense')).toBe(false);
  expect(isErrorCode('toString')).toBe(false);
  expect(errorEntry('Nonsense')).toBe(ERRORS.Unexpected);
  expect(errorEntry('InvalidBars')).toBe(ERRORS.InvalidBars);
});
