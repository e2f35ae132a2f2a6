import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunRecord } from '../shared/contracts/run-record';
import { STAGE_NAMES } from '../shared/names/stages';
import { median } from './rounds/rounds';
import { runJson } from './run-json';

const CLI = join(__dirname, '..', 'cli', 'main.js');

/** As near to the peer's work as settings come: its features by our names, one family, one calibration. */
const CONFIG = {
  features: {
    include: [
      ...['logReturn1', 'logReturn5', 'logReturn10', 'logReturn20', 'logReturn60', 'returnZScore60'],
      ...['realisedVolatility20', 'volatilityRatio20To100', 'parkinsonVolatility20', 'volumeRatio20', 'volumeZScore60'],
      ...['rangePosition50', 'drawdown100', 'atrShare14', 'rsi14', 'macdLineAtr', 'macdHistogramAtr'],
      ...[
        'bollingerPosition20',
        'bollingerWidth20',
        'stochasticK14',
        'stochasticD14',
        'adx14',
        'directionalDifference14',
      ],
      ...[
        'williamsRange14',
        'channelIndex20',
        'trix15',
        'moneyFlow14',
        'smaDistance20',
        'smaDistance50',
        'emaDistance100',
      ],
      ...['aroonOscillator25', 'slopeAtr20', 'balanceOfPower'],
      ...['timeOfDaySin', 'timeOfDayCos', 'timeOfWeekSin', 'timeOfWeekCos'],
    ],
  },
  // The peer neither selects nor tests for unit roots and breaks.
  select: { enabled: false },
  diagnose: { enabled: false },
  calibration: { methods: ['isotonic'] },
};

interface PeerFacts {
  readonly bars: number;
  readonly fits: number;
  readonly features: number;
  readonly logLoss: Readonly<Record<string, number>>;
  readonly seconds: Readonly<Record<string, number>>;
  readonly wallSeconds: number;
}

interface OurFacts {
  readonly record: RunRecord;
  readonly wallSeconds: number;
}

/**
 * The standard run with LightGBM over bar files beside the same work written plainly in Python (bench/peers/standard_run.py:
 * Polars, TA-Lib, Numba, LightGBM), in turn: wall time of both, and where ours goes. Ours also stores every result under its
 * hash, bundles models, simulates trades and writes a report.
 *
 *   npm run build && node dist/bench/standard-run.js --python PYTHON [--rounds 3] [--threads 2] FILES
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      python: { type: 'string', default: 'python3' },
      rounds: { type: 'string', default: '3' },
      threads: { type: 'string', default: '2' },
    },
  });
  const [ours, peers]: [OurFacts[], PeerFacts[]] = [[], []];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    ours.push(await runProduct(positionals));
    const peer = join('bench', 'peers', 'standard_run.py');
    const started = performance.now();
    const facts = await runJson<PeerFacts>(values.python, [peer, values.threads, ...positionals]);
    peers.push({ ...facts, wallSeconds: (performance.now() - started) / 1000 });
    process.stderr.write(`round ${String(round + 1)}, load ${(loadavg()[0] ?? NaN).toFixed(1)}\n`);
  }
  process.stdout.write(`${summary(ours, peers).join('\n')}\n`);
}

/** In a state folder of its own, so that nothing is in the cache. */
async function runProduct(files: readonly string[]): Promise<OurFacts> {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-standard-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const env = { ...process.env, CANDLEWICK_HOME: home };
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(CONFIG));
  try {
    const words = ['run', '--json', '--preset', 'standard', '--models', 'lightgbm', '--config', config];
    const startedAtMs = Date.now();
    const output = await outputOf([...words, '--source', ...files], env);
    const wallSeconds = (Date.now() - startedAtMs) / 1000;
    const { report } = JSON.parse(output) as { report: string };
    return { record: JSON.parse(readFileSync(join(report, '..', 'run.json'), 'utf8')) as RunRecord, wallSeconds };
  } finally {
    await outputOf(['stop'], env);
    rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf(words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('close', () => resolve(text));
  });
}

function summary(ours: readonly OurFacts[], peers: readonly PeerFacts[]): readonly string[] {
  const [own, peer] = [median(ours.map(({ wallSeconds }) => wallSeconds)), median(peers.map((p) => p.wallSeconds))];
  const [one, other] = [ours[0]?.record, peers[0]];
  if (one === undefined || other === undefined) return ['no round'];
  const stages = one.symbols.flatMap(({ stages: all }) => all);
  const rows = STAGE_NAMES.flatMap((name) => {
    const seconds = stages.filter(({ stage }) => stage === name).map((stage) => stage.seconds);
    const sum = seconds.reduce((total, each) => total + each, 0);
    return seconds.length === 0 ? [] : [`| ${name} | ${String(seconds.length)} | ${sum.toFixed(1)} |`];
  });
  const losses = Object.keys(other.logLoss).map((horizon) => {
    const values = one.symbols.flatMap(({ models }) =>
      models.flatMap((m) => (String(m.horizonBars) === horizon ? [m.evaluation.metrics.logLoss.value] : [])),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `log loss at ${horizon} bars: ours ${mean.toFixed(4)}, Python ${(other.logLoss[horizon] ?? NaN).toFixed(4)}`;
  });
  const peerParts = Object.entries(other.seconds).map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`);
  return [
    `${String(other.bars)} bars, ${String(other.features)} features, ${String(other.fits)} fits; ${losses.join('; ')}`,
    `wall time: ours ${own.toFixed(1)} s (of these the run ${one.wallSeconds.toFixed(1)} s), Python ${peer.toFixed(1)} s, ratio ${(own / peer).toFixed(2)}`,
    `Python by part: ${peerParts.join(', ')}`,
    '',
    '| stage of ours | steps | seconds in all steps |',
    '| --- | --- | --- |',
    ...rows,
  ];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
