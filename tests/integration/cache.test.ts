import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { float64Column, int32Column, openTable } from '../../shared/tables/table-store';
import { QUICK_RUN, barFile, barLines, csvOf, stampOf } from '../support/bar-files';
import { countByStage, openCliHome, type CliHome, type CliResult } from '../support/cli';

const FAMILIES = ['majority', 'logistic', 'lightgbm'] as const;
const MODELS = FAMILIES.flatMap((family) => [`${family}-h8`, `${family}-h16`]);
/** Each family on each horizon, and one fold. */
const ALL_MODELS = MODELS.length;

let home: CliHome;

async function run(id: string, ...args: string[]): Promise<CliResult> {
  const source = args.includes('--source') ? [] : ['--source', 'bars/AAA.csv'];
  return home.cli(['run', '--config', 'run.yaml', '--id', id, ...source, ...args]);
}

async function runDone(id: string, ...args: string[]): Promise<CliResult> {
  const result = await run(id, ...args);
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result;
}

const computedBy = async (id: string) => countByStage(await home.attempts(id));

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/AAA.csv', barFile(1));
  home.write('run.yaml', QUICK_RUN);
  await runDone('first');
}, 120_000);
afterAll(() => home.close(), 60_000);

describe('the stage cache, over processes', () => {
  it('computes each stage once in the first run', async () => {
    const once = { ingest: 1, clean: 1, features: 1, labels: 1, splits: 1 };
    const each = { train: ALL_MODELS, calibrate: ALL_MODELS, evaluate: ALL_MODELS, bundle: ALL_MODELS };
    expect(await computedBy('first')).toEqual({ ...once, ...each });
  });

  it('computes nothing in the same run under another id, and gives the same models', async () => {
    const { stdout } = await runDone('again', '--json');
    expect(await computedBy('again')).toEqual({});
    const record = await home.record('again');
    expect(record).toMatchObject({ computed: 0, cacheHits: 5 + 4 * ALL_MODELS, wastedSeconds: 0 });
    expect(record.symbols.map(({ models }) => models)).toEqual(
      (await home.record('first')).symbols.map(({ models }) => models),
    );
    expect(JSON.parse(stdout)).toMatchObject({ runId: 'again', status: 'done', cacheHits: record.cacheHits });
  }, 60_000);

  it('computes nothing for the same bytes elsewhere', async () => {
    home.write('elsewhere/AAA.csv', barFile(1));
    await runDone('elsewhere', '--source', 'elsewhere/AAA.csv');
    expect(await computedBy('elsewhere')).toEqual({});
  }, 60_000);

  it('recomputes labels and what follows for a changed label parameter, nothing before', async () => {
    await runDone('labels', '--set', 'labels.atrPeriod=20');
    const each = { train: ALL_MODELS, calibrate: ALL_MODELS, evaluate: ALL_MODELS, bundle: ALL_MODELS };
    expect(await computedBy('labels')).toEqual({ labels: 1, splits: 1, ...each });
  }, 60_000);

  it('recomputes only what a changed cost touches', async () => {
    await runDone('costs', '--set', 'backtest.costBps=3');
    expect(await computedBy('costs')).toEqual({ evaluate: ALL_MODELS, bundle: ALL_MODELS });
  }, 60_000);
});

describe('part of the stages', () => {
  const OTHER_FEATURES = ['--set', 'features.higherTimeframeMultiple=6'];

  it('ends after the stage that --until names', async () => {
    await runDone('until', '--until', 'features', ...OTHER_FEATURES);
    expect(await computedBy('until')).toEqual({ features: 1 });
    const [symbol] = (await home.record('until')).symbols;
    expect(symbol).toMatchObject({ status: 'done', bars: 1500, models: [] });
    expect(symbol?.stages.map(({ stage }) => stage)).toEqual(['ingest', 'clean', 'features']);
  }, 60_000);

  it('fails with ArtifactMissing where --from finds an earlier stage not done', async () => {
    const { exitCode, stdout } = await run('from-nothing', '--from', 'evaluate', ...OTHER_FEATURES);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/FAILED AAA at train: ArtifactMissing: train of AAA is not in the store.*without 'from'/);
    expect(await computedBy('from-nothing')).toEqual({});
  }, 60_000);

  it('begins at --from where all before it is done', async () => {
    await runDone('from', '--from', 'evaluate', '--set', 'backtest.costBps=4');
    expect(await computedBy('from')).toEqual({ evaluate: ALL_MODELS, bundle: ALL_MODELS });
  }, 60_000);
});

describe('a bundle', () => {
  it.each(FAMILIES)(
    'of %s predicts to the last bit what the run predicted',
    async (family) => {
      const part = `${family}-h8`;
      const { outputs } = await home.marker('first', 'AAA', 'bundle', part);
      const { stdout, exitCode } = await home.cli([
        'predict',
        ...['--model', outputs.bundle!.uri, '--source', 'bars/AAA.csv'],
      ]);
      expect(exitCode).toBe(0);
      const [header, ...lines] = stdout.trim().split('\n');
      expect(header).toBe('time,p_down,p_timeout,p_up');
      const printed = new Map(lines.map((line) => line.split(',')).map(([time = '', ...p]) => [time, p]));
      expect(printed.size).toBe(1500);
      const { artifacts } = home.store;
      const { outputs: calibrated } = await home.marker('first', 'AAA', 'calibrate', part);
      const predictions = await (
        await openTable(artifacts, calibrated.predictions!, ARTIFACT_KINDS.predictions)
      ).columns();
      const { outputs: cleaned } = await home.marker('first', 'AAA', 'clean');
      const time = float64Column(
        await (await openTable(artifacts, cleaned.bars!, ARTIFACT_KINDS.bars)).columns(['time']),
        'time',
      );
      const rows = int32Column(predictions, 'row');
      expect(rows.length).toBeGreaterThan(200);
      for (const [i, row] of rows.entries()) {
        const texts = printed.get(new Date(time[row]!).toISOString())!;
        const inTheRun = ['down', 'timeout', 'up'].map((name) => float64Column(predictions, name)[i]!);
        expect(texts.map(Number)).toEqual(inTheRun);
      }
    },
    60_000,
  );

  it('has its lineage down to the source', async () => {
    const { outputs } = await home.marker('first', 'AAA', 'bundle', 'lightgbm-h16');
    const { stdout, exitCode } = await home.cli(['lineage', outputs.bundle!.sha256.slice(0, 12)]);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^bundle ${outputs.bundle!.sha256.slice(0, 16)} {2}bundle `));
    const kinds = lines.slice(1).map((line) => line.trim().split(' ')[0]);
    for (const kind of ['calibrators', 'fit', 'fold-predictions', 'features', 'labels', 'bars', 'raw-bars', 'source']) {
      expect(kinds).toContain(kind);
    }
    const { material } = await home.marker('first', 'AAA', 'ingest');
    const { fingerprint } = material as { fingerprint: string };
    expect(lines.filter((line) => line.includes(`source ${fingerprint.slice(0, 16)}`)).length).toBeGreaterThan(0);
    expect(stdout).not.toContain('source unknown');
  }, 60_000);

  it('refuses to be what it is not', async () => {
    const { outputs } = await home.marker('first', 'AAA', 'features');
    const { exitCode, stderr } = await home.cli([
      'predict',
      ...['--model', outputs.features!.uri, '--source', 'bars/AAA.csv'],
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('of kind features') as string,
    });
  }, 60_000);
});

describe('as of an instant', () => {
  const CUT = 1400;
  const WALK_FORWARD =
    'splits={scheme: walkForward, walkForward: {firstTrainDays: 28, validationDays: 14, testDays: 7}, minPartRows: 20}';

  it('a run is the run on a file that was cut there', async () => {
    home.write('cut/AAA.csv', csvOf(barLines(1, 1500).slice(0, CUT)));
    // The bar that opens at the stamp of bar CUT closes an hour later: the last one to count closes at its opening.
    await runDone('as-of', '--as-of', stampOf(CUT), '--set', WALK_FORWARD);
    await runDone('cut', '--source', 'cut/AAA.csv', '--set', WALK_FORWARD);
    expect((await home.record('as-of')).symbols[0]?.bars).toBe(CUT);
    // The bytes of the source differ, and so ingest and clean are computed; all that follows has the same content.
    expect(await computedBy('cut')).toEqual({ ingest: 1, clean: 1 });
    const hashes = async (id: string) => (await home.marker(id, 'AAA', 'clean')).outputs.bars?.sha256;
    expect(await hashes('cut')).toBe(await hashes('as-of'));
  }, 120_000);

  it('leaves every fold that had settled as it was in the run on all bars', async () => {
    await runDone('all', '--set', WALK_FORWARD);
    const foldsOf = async (id: string) => (await home.record(id)).symbols[0]!.folds.filter((f) => f.horizonBars === 8);
    const [before, after] = [await foldsOf('as-of'), await foldsOf('all')];
    const settled = before.slice(0, -1);
    expect(settled.length).toBeGreaterThan(0);
    expect(after.length).toBeGreaterThanOrEqual(before.length);
    for (const { id, boundaries } of settled) {
      expect(after.find((fold) => fold.id === id)?.boundaries).toEqual(boundaries);
      for (const family of FAMILIES) {
        const fitOf = async (runId: string) => (await home.marker(runId, 'AAA', 'train', `${family}-h8-${id}`)).outputs;
        expect(await fitOf('as-of')).toEqual(await fitOf('all'));
      }
    }
  }, 120_000);
});
