import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runOurs } from './run-json';
import { modelSizes } from './budgets/sizes';
import type { TrainingJob, TrainingMeasure } from './budgets/train';
import { NET_DEFINITIONS } from '../domain/models/nets/registry';

/**
 * What training nets takes, beside the figures that it is meant to stay under. Prints Markdown:
 *
 *     npm run build
 *     node dist/bench/net-budgets.js --bars FILE [--families lstm,tcn] [--sections epoch,checkpoints,loader,sizes,scale]
 *         [--epochs 2] [--rounds 3]
 *
 * Trainings are the product's own code from the feature matrix on (scaling, windows, training, predictions), each in a
 * process of its own with one thread, default sizes and settings; the features and labels of the file's bars are computed
 * before. `checkpoints` trains with and without writing them, in turn; `scale` has two trainers at once on 50 000 bars of
 * 100 features.
 */
const OPTIONS = {
  bars: { type: 'string' },
  families: { type: 'string' },
  sections: { type: 'string', default: 'epoch,checkpoints,loader,sizes,scale' },
  epochs: { type: 'string', default: '2' },
  rounds: { type: 'string', default: '3' },
} as const;

/** Nets of which the checkpoints are measured: small and fast steps, an ordinary one, the most parameters. */
const CHECKPOINT_FAMILIES = ['tcn', 'lstm', 'nbeats'];
const CHECKPOINT_EPOCHS = 10;
const SCALE = { rows: 50_000, columns: 100, symbols: 50, trainers: 2, families: ['lstm', 'tcn'] };

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const families = values.families?.split(',') ?? NET_DEFINITIONS.map(({ name }) => name);
  const sections: Readonly<Record<string, () => Promise<readonly string[]>>> = {
    epoch: () => epochSection(families, required(values.bars), Number(values.epochs)),
    checkpoints: () => checkpointSection(required(values.bars), Number(values.rounds)),
    loader: () => loaderSection(families),
    sizes: () => Promise.resolve(sizeSection(families)),
    scale: scaleSection,
  };
  for (const name of values.sections.split(',')) {
    const section = sections[name];
    if (section === undefined) {
      throw new RangeError(`There is no section '${name}'; there are ${Object.keys(sections).join(', ')}.`);
    }
    const before = loadavg()[0] ?? NaN;
    const lines = await section();
    print([
      ...lines,
      '',
      `(load of the machine ${before.toFixed(1)} before, ${(loadavg()[0] ?? NaN).toFixed(1)} after)`,
      '',
    ]);
  }
}

async function epochSection(families: readonly string[], path: string, epochs: number): Promise<readonly string[]> {
  const rows: string[] = [];
  let subject = '';
  for (const family of families) {
    const found = await train({ family, data: { kind: 'bars', path }, epochs, checkpoints: 'folder' });
    subject = `${found.rows} bars, ${found.features} features, ${found.trainWindows} windows to learn from, ${found.stepsPerEpoch} steps an epoch`;
    rows.push(
      row([
        family,
        (found.epochSeconds.at(-1) ?? NaN).toFixed(1),
        found.fitSeconds.toFixed(1),
        `${found.firstStepMs.toFixed(0)} (${found.firstStepCpuMs.toFixed(0)})`,
        found.dataMb.toFixed(0),
        found.peakMb.toFixed(0),
        share(found.checkpointSeconds, found.trainSeconds),
      ]),
    );
  }
  const head = [
    'net',
    'epoch, s',
    `fit of ${epochs} epochs, s`,
    'first step, ms (of the processor)',
    'MiB before the fit',
    'peak MiB',
    'checkpoints, share of training',
  ];
  return [`Epoch of a real symbol: ${subject}`, '', ...table(head, rows)];
}

async function checkpointSection(path: string, rounds: number): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const family of CHECKPOINT_FAMILIES) {
    const found: Record<TrainingJob['checkpoints'], TrainingMeasure[]> = { folder: [], none: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const checkpoints of ['folder', 'none'] as const) {
        const job = { family, data: { kind: 'bars', path }, epochs: CHECKPOINT_EPOCHS, checkpoints } as const;
        found[checkpoints].push(await train(job));
      }
    }
    const of = (checkpoints: TrainingJob['checkpoints'], pick: (m: TrainingMeasure) => number): number =>
      median(found[checkpoints].map(pick));
    rows.push(
      row([
        family,
        of('folder', (m) => m.checkpoints).toFixed(0),
        of('folder', (m) => m.checkpointSeconds).toFixed(2),
        share(
          of('folder', (m) => m.checkpointSeconds),
          of('folder', (m) => m.trainSeconds),
        ),
        `${of('folder', (m) => m.trainSeconds).toFixed(2)} / ${of('none', (m) => m.trainSeconds).toFixed(2)}`,
        `${of('folder', (m) => m.fitCpuSeconds).toFixed(2)} / ${of('none', (m) => m.fitCpuSeconds).toFixed(2)}`,
      ]),
    );
  }
  const head = [
    'net',
    'checkpoints',
    'stood still, s',
    'share',
    'training with / without, s',
    'processor with / without, s',
  ];
  return [`Checkpoints: ${CHECKPOINT_EPOCHS} epochs, medians of ${rounds} rounds`, '', ...table(head, rows)];
}

/** What `bench/loader.ts` prints. */
interface LoaderFacts {
  readonly loadMs: number;
  readonly updateMs: number;
  readonly loadShare: number;
  readonly yieldMs: number;
  readonly loaderMb: number;
}

async function loaderSection(families: readonly string[]): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const family of families) {
    const { loadMs, updateMs, loadShare, yieldMs, loaderMb } = await runOurs<LoaderFacts>(join(__dirname, 'loader'), [
      family,
    ]);
    rows.push(
      row([
        family,
        loadMs.toFixed(2),
        updateMs.toFixed(1),
        share(loadShare, 1),
        yieldMs.toFixed(3),
        loaderMb.toFixed(1),
      ]),
    );
  }
  const head = ['net', 'loading, ms', 'update, ms', 'share', 'yielding, ms', 'MB above the feature matrix'];
  return ['Loading: batches of 256 windows of 60 bars of 100 features', '', ...table(head, rows)];
}

function sizeSection(families: readonly string[]): readonly string[] {
  const rows = families.map((family) => {
    const { parameters, stateMb, modelMb } = modelSizes(family, SCALE.columns);
    return row([family, String(parameters), stateMb.toFixed(2), modelMb.toFixed(2)]);
  });
  const head = ['net', 'parameters', 'weights, best weights and moments, MB', 'model on disk, MB'];
  return ['Sizes: 60 bars of 100 features, two horizons', '', ...table(head, rows)];
}

async function scaleSection(): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const family of SCALE.families) {
    const data = { kind: 'random', rows: SCALE.rows, columns: SCALE.columns } as const;
    const pair = Array.from({ length: SCALE.trainers }, () =>
      train({ family, data, epochs: 1, checkpoints: 'folder' }),
    );
    const found = await Promise.all(pair);
    const epoch = median(found.map(({ epochSeconds }) => epochSeconds[0] ?? NaN));
    const rest = median(found.map(({ fitSeconds, epochSeconds }) => fitSeconds - (epochSeconds[0] ?? NaN)));
    rows.push(
      row([
        family,
        String(found[0]?.stepsPerEpoch),
        epoch.toFixed(1),
        rest.toFixed(1),
        found.map(({ peakMb }) => peakMb.toFixed(0)).join(' + '),
        ...[1, 10, 30].map((epochs) => minutes((SCALE.symbols / SCALE.trainers) * (epochs * epoch + rest))),
      ]),
    );
  }
  const head = [
    'net',
    'steps an epoch',
    'epoch, s',
    'rest of the fit, s',
    'peak MiB of the trainers',
    ...[1, 10, 30].map((epochs) => `50 symbols, ${epochs} epochs each, min`),
  ];
  return [
    `${SCALE.trainers} trainers at once, each on ${SCALE.rows} bars of ${SCALE.columns} features: measured for one symbol each, multiplied for ${SCALE.symbols}`,
    '',
    ...table(head, rows),
  ];
}

function train(job: TrainingJob): Promise<TrainingMeasure> {
  return runOurs<TrainingMeasure>(join(__dirname, 'budgets', 'train'), [JSON.stringify(job)]);
}

function required(path: string | undefined): string {
  if (path === undefined) throw new RangeError('Give a file of bars: --bars FILE.');
  return path;
}

function table(head: readonly string[], rows: readonly string[]): readonly string[] {
  return [row(head), row(head.map(() => '---')), ...rows];
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;
const minutes = (seconds: number): string => (seconds / 60).toFixed(0);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
