import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBarsFile } from './indicators/bars-file';
import { compareInTurn, type Side } from './rounds/rounds';
import { runJson, runOurs } from './run-json';

/**
 * Indicators over a million bars beside TA-Lib and Polars in Python, each side in processes of its own, in turn. The Python
 * given has what bench/peers/requirements.txt lists under `method`. Prints a table in Markdown.
 *
 *   npm run build && node dist/bench/indicators.js --python PYTHON [--rows 1000000] [--rounds 5] [--repetitions 25]
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      python: { type: 'string', default: 'python3' },
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      repetitions: { type: 'string', default: '25' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-indicators-'));
  try {
    const file = join(folder, 'bars.f64');
    writeBarsFile(file, Number(values.rows));
    const peer = (library: string) => () =>
      runJson<Awaited<ReturnType<Side['run']>>>(values.python, [
        join('bench', 'peers', 'indicators.py'),
        library,
        file,
        values.repetitions,
      ]);
    const sides: readonly Side[] = [
      {
        name: 'ours',
        isPeer: false,
        run: () => runOurs(join(__dirname, 'indicators', 'ours'), [file, values.repetitions]),
      },
      { name: 'TA-Lib', isPeer: true, run: peer('talib') },
      { name: 'Polars', isPeer: true, run: peer('polars') },
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
