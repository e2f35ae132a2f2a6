import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

interface Snippet {
  /** Where the snippet pretends to stand. */
  readonly path: string;
  readonly code: string;
}

interface Answer {
  /** The sentences of the import table about each snippet. */
  readonly refusals: readonly (readonly string[])[];
  /** The rooms of which the project's own configuration holds a file against the table, as an error. */
  readonly guarded: readonly string[];
}

/** Asks ESLint's own class, in a process of its own (it is an ES module, which jest does not load). */
function lint(snippets: readonly Snippet[]): Answer {
  const child = spawnSync(process.execPath, [join(__dirname, 'lint-snippets.mjs')], {
    cwd: ROOT,
    input: JSON.stringify(snippets),
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as Answer;
}

const REFUSED: readonly (readonly [path: string, code: string, sentence: string])[] = [
  ['domain/features/x.ts', `import { readFileSync } from 'node:fs';`, `room 'domain' may not import package 'node:fs'`],
  ['domain/features/x.ts', `import { join } from 'path';`, `room 'domain' may not import package 'node:path'`],
  ['domain/core/x.ts', `import { ok } from '../labels/settings';`, `room 'domain/core' may not import room 'domain'`],
  [
    'domain/features/x.ts',
    `import { createBarWindow } from '../labels/bar-window';`,
    `stage 'domain/features' may not import stage 'domain/labels'; share through domain/core`,
  ],
  ['domain/clean/x.ts', `import { z } from 'zod';`, `room 'domain' may not import package 'zod'`],
  [
    'domain/clean/x.ts',
    `import type { RunConfig } from '../../shared/contracts/config/schema';`,
    `room 'domain' may not import room 'shared/contracts'`,
  ],
  ['shared/names/x.ts', `import { z } from 'zod';`, `room 'shared/names' may not import package 'zod'; allowed: none`],
  ['shared/contracts/x.ts', `import { ok } from '../../domain/core/result';`, `its types only: use \`import type\``],
  ['shared/store/x.ts', `import { fitFold } from '../../training/fit';`, `may not import room 'training'`],
  ['workflows/x.ts', `import { z } from 'zod';`, `room 'workflows' may not import package 'zod'`],
  ['workflows/x.ts', `import { join } from 'node:path';`, `room 'workflows' may not import package 'node:path'`],
  [
    'workflows/x.ts',
    `import { createStageActivities } from '../activities';`,
    `room 'workflows' may not import room 'activities' (its types only`,
  ],
  [
    'workflows/x.ts',
    `import { STAGES } from '../activities/stages';`,
    `room 'workflows' may not import room 'activities' (its types only: use \`import type\`)`,
  ],
  ['workflows/x.ts', `export * from '../activities/stages';`, `room 'workflows' may not import room 'activities'`],
  ['cli/x.ts', `import { STAGES } from '../activities/stages';`, `room 'cli' may not import room 'activities'`],
  ['cli/x.ts', `import type { ControlActivities } from '../activities/types';`, `may not import room 'activities'`],
  ['cli/x.ts', `const stages = await import('../activities/stages');`, `may not import room 'activities'`],
  ['cli/x.ts', `const stages = require('../activities/stages');`, `may not import room 'activities'`],
  ['cli/x.ts', `let stages: typeof import('../activities/stages');`, `may not import room 'activities'`],
  ['inference/x.ts', `import { Worker } from '@temporalio/worker';`, `may not import package '@temporalio/worker'`],
  ['reporting/x.ts', `import { openStore } from '../shared/store/open-store';`, `may not import room 'shared/store'`],
  ['training/x.ts', `import { STAGES } from '../activities/stages';`, `may not import room 'activities'`],
  ['domain/clean/x.ts', `import { sum } from '../../tests/support/sum';`, `which lies in no room`],
];

const ALLOWED: readonly (readonly [path: string, code: string])[] = [
  ['domain/features/x.ts', `import { ok } from '../core/result';`],
  ['domain/features/families/x.ts', `import { lag } from '../indicators/lag';`],
  ['shared/contracts/x.ts', `import type { Fold } from '../../domain/core/folds';`],
  ['shared/contracts/x.ts', `import { z } from 'zod';`],
  ['shared/store/x.ts', `import { readFile } from 'node:fs/promises';`],
  ['workflows/x.ts', `import type { ControlActivities } from '../activities/types';`],
  ['workflows/x.ts', `import { QUEUES } from '../shared/names/queues';`],
  ['workflows/x.ts', `import { proxyActivities } from '@temporalio/workflow';`],
  ['activities/x.ts', `import { evaluate } from '../domain/evaluate/evaluate';`],
  ['activities/x.ts', `import { Context } from '@temporalio/activity';`],
  ['cli/x.ts', `import { openPredictor } from '../inference/predictor';`],
  ['tests/x.ts', `import { STAGES } from '../activities/stages';`],
];

describe('import table', () => {
  const { refusals, guarded } = lint([...REFUSED, ...ALLOWED].map(([path, code]) => ({ path, code })));

  it('is an error in every room', () => {
    expect(guarded).toEqual(
      expect.arrayContaining(['domain', 'shared', 'training', 'inference', 'reporting', 'workflows', 'activities']),
    );
    expect(guarded).toEqual(expect.arrayContaining(['workers', 'cli']));
  });

  it.each(REFUSED.map((entry, i) => [...entry, i] as const))('refuses in %s: %s', (_path, _code, sentence, i) => {
    expect(refusals[i]).toEqual([expect.stringContaining(sentence)]);
  });

  it.each(ALLOWED.map((entry, i) => [...entry, REFUSED.length + i] as const))('allows in %s: %s', (_path, _code, i) => {
    expect(refusals[i]).toEqual([]);
  });
});
