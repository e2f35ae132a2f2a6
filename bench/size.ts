import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attemptsOf } from '../tests/support/chaos-store';
import type { Peaks } from './size/memory-log';
import { watchMemory } from './size/memory-log';
import { writeMinuteBars } from './size/minute-bars';

const RUN_ID = 'size';
const CLI = join(__dirname, '..', 'cli', 'main.js');
const MIB = 1024 * 1024;

/**
 * One-minute bars of one symbol (or of `--symbols`) through ingest → clean → features → labels by the command itself, in a
 * folder of its own that is removed afterwards: seconds and peak resident memory by stage, of the process that computes and
 * of all processes together. What stands behind `--` goes to `candlewick run`.
 *
 *   npm run build && node dist/bench/size.js --bars 10000000
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bars: { type: 'string', default: '1000000' },
      symbols: { type: 'string', default: '1' },
      until: { type: 'string', default: 'labels' },
      folder: { type: 'string', default: tmpdir() },
    },
  });
  const folder = mkdtempSync(join(values.folder, 'candlewick-size-'));
  try {
    const glob = writeMinuteBars(folder, Number(values.bars), Number(values.symbols));
    return await measure(folder, ['--source', glob, '--until', values.until, ...positionals]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, runArguments: readonly string[]): Promise<number> {
  const home = join(folder, 'home');
  mkdirSync(home);
  const env = { ...process.env, CANDLEWICK_HOME: home };
  const memory = watchMemory(home);
  const startedAtMs = Date.now();
  const exitCode = await ended(['run', '--json', '--id', RUN_ID, ...runArguments], env);
  const endedAtMs = Date.now();
  memory.stop();
  await ended(['stop'], env);
  const attempts = (await attemptsOf(join(home, 'store'), RUN_ID)).toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  const rows = attempts.map((attempt) => {
    const { startedAtMs: fromMs, endedAtMs: toMs } = attempt;
    const peaks = memory.between(fromMs, toMs ?? endedAtMs);
    return row(`${attempt.symbol} ${attempt.stage}`, ((toMs ?? endedAtMs) - fromMs) / 1000, peaks);
  });
  const whole = row('the whole run', (endedAtMs - startedAtMs) / 1000, memory.between(startedAtMs, endedAtMs));
  const lines = [
    `candlewick run ${runArguments.join(' ')}: exit ${String(exitCode)}, ${String(memory.children())} computing processes`,
    '',
    '| stage | seconds | peak MiB of a computing process | of all processes | of these the Temporal server |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    whole,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return exitCode;
}

function row(name: string, seconds: number, { childBytes, allBytes, serverBytes }: Peaks): string {
  const cells = [childBytes, allBytes, serverBytes].map((bytes) => (bytes / MIB).toFixed(0));
  return `| ${name} | ${seconds.toFixed(1)} | ${cells.join(' | ')} |`;
}

function ended(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
