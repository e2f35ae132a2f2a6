import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareInTurn, type TaskTimes } from './rounds/rounds';
import { runJson, runOurs } from './run-json';

/**
 * Isotonic regression of 100 000 outcomes and permutation importance of a LightGBM model (the same on both sides, one
 * thread) beside scikit-learn, each side in processes of its own, in turn. The Python given has what
 * bench/peers/requirements.txt lists under `method`. Prints a table in Markdown.
 *
 *   npm run build && node dist/bench/importance.js --python PYTHON [--rounds 5] [--repetitions 5]
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      python: { type: 'string', default: 'python3' },
      rounds: { type: 'string', default: '5' },
      repetitions: { type: 'string', default: '5' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-importance-'));
  const peer = join('bench', 'peers', 'importance.py');
  try {
    await runJson(values.python, [peer, 'make', folder]);
    const parameters = [folder, values.repetitions];
    const sides = [
      {
        name: 'ours',
        isPeer: false,
        run: () => runOurs<TaskTimes>(join(__dirname, 'importance', 'ours'), parameters),
      },
      {
        name: 'scikit-learn',
        isPeer: true,
        run: () => runJson<TaskTimes>(values.python, [peer, 'measure', ...parameters]),
      },
    ];
    process.stdout.write(`${(await compareInTurn(sides, Number(values.rounds))).join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
