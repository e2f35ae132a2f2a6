import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../shared/contracts/run-record';
import { STAGE_NAMES } from '../shared/names/stages';
import { treeRssBytes } from './process-tree';

const SAMPLE_MS = 200;
const MIB = 1024 * 1024;

/**
 * Runs `candlewick run …` with the arguments given and prints wall time, peak memory of all its processes together
 * (command, worker, children, and the Temporal server where the run started one) and the share of each stage.
 *
 *   npm run build && node dist/bench/measure-run.js --source 'bars/*.csv.gz' --preset standard
 */
async function main(runArguments: readonly string[]): Promise<number> {
  const startedAtMs = Date.now();
  const cli = join(__dirname, '..', 'cli', 'main.js');
  const child = spawn(process.execPath, [cli, 'run', '--json', ...runArguments], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  let peakBytes = 0;
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeRssBytes(child.pid ?? -1));
  }, SAMPLE_MS);
  const exitCode = await new Promise<number>((resolve) => void child.once('close', (code) => resolve(code ?? 1)));
  clearInterval(sampler);
  const wallSeconds = (Date.now() - startedAtMs) / 1000;
  const document = JSON.parse(Buffer.concat(output).toString('utf8')) as { report: string };
  const record = JSON.parse(readFileSync(join(document.report, '..', 'run.json'), 'utf8')) as RunRecord;
  process.stdout.write(`${summary(record, wallSeconds, peakBytes).join('\n')}\n`);
  return exitCode;
}

function summary(record: RunRecord, wallSeconds: number, peakBytes: number): readonly string[] {
  const stages = record.symbols.flatMap((symbol) => symbol.stages);
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const bars = record.symbols.reduce((sum, symbol) => sum + symbol.bars, 0);
  const rows = STAGE_NAMES.map((name) => {
    const own = stages.filter(({ stage }) => stage === name);
    const seconds = own.reduce((sum, stage) => sum + stage.seconds, 0);
    return `| ${name} | ${String(own.length)} | ${seconds.toFixed(1)} | ${((100 * seconds) / total).toFixed(1)} % |`;
  });
  return [
    `${String(record.symbols.length)} symbols, ${String(bars)} bars, status ${record.status}, ${String(record.computed)} steps computed, ${String(record.cacheHits)} from the cache`,
    `wall time of the command ${wallSeconds.toFixed(1)} s, of the run ${record.wallSeconds.toFixed(1)} s; peak memory of all processes ${(peakBytes / MIB).toFixed(0)} MiB; wasted ${record.wastedSeconds.toFixed(1)} s`,
    '',
    '| stage | steps | seconds in all steps | share |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
