import type { Fold, FoldPart } from '../../domain/core/folds';
import { FOLD_PARTS } from '../../domain/core/folds';
import type { Result } from '../../domain/core/result';
import { lstm } from '../../domain/models/nets/lstm';
import { fitNetFold, type FittedNetFold, type NetFoldFit } from '../../training/fit-net';
import type { HorizonTarget, TrainingSettings } from '../../training/neural/contract';
import { graphEngine } from '../support/tensor-engines';
import { openTestBackend } from '../support/tensor-backend';
import { sampleFoldData } from './fold-data';
import { HOUR_MS, netFit } from './neural/net-fits';

const ROWS = 320;
const LSTM_SIZES = { units: 4, layers: 1, dropout: 0.2 };

/** The longer horizon is purged more, at both ends of its parts: the two agree on fewer rows than either has. */
const PARTS: Readonly<Record<number, Pick<Fold, FoldPart>>> = {
  8: {
    train: [
      [0, 90],
      [96, 190],
    ],
    stopping: [[196, 230]],
    choosing: [[236, 260]],
    test: [[266, ROWS]],
  },
  16: {
    train: [
      [0, 84],
      [102, 184],
    ],
    stopping: [[202, 226]],
    choosing: [[242, 256]],
    test: [[272, ROWS]],
  },
};

beforeAll(openTestBackend);

function fitOf(settings: Partial<TrainingSettings>): NetFoldFit {
  const fit = { ...netFit({ engine: graphEngine }, settings), definition: lstm, sizes: LSTM_SIZES };
  const targets = fit.targets.map((target) => ({ ...target, fold: { ...target.fold, ...PARTS[target.horizonBars]! } }));
  return {
    ...{ ...fit, targets, features: sampleFoldData(ROWS).features },
    time: Float64Array.from({ length: ROWS }, (_, row) => row * HOUR_MS),
    windowRules: { timeframeMs: HOUR_MS, gapBars: 3, maxClosureDays: 4 },
  };
}

/** The same fit with other features, classes and returns in the rows that `isRubbish`. */
function spoilt(fit: NetFoldFit, isRubbish: (row: number, horizonBars?: number) => boolean): NetFoldFit {
  const { features, targets } = fit;
  const value = (row: number): number => (row % 20 === 0 ? NaN : [1e30, -7, 1e-3][row % 3]!);
  const data = features.data.map((kept, i) => {
    const row = Math.floor(i / features.columns);
    return isRubbish(row) ? value(row) : kept;
  });
  const spoiltTarget = (target: HorizonTarget): HorizonTarget => ({
    ...target,
    classIndex: target.classIndex.map((kept, row) => (isRubbish(row, target.horizonBars) ? row % 3 : kept)),
    returnAtr: target.returnAtr.map((kept, row) => (isRubbish(row, target.horizonBars) ? row * 11 : kept)),
  });
  return { ...fit, features: { ...features, data }, targets: targets.map(spoiltTarget) };
}

/** What must not change by a bit: the net with its links, the scaler, and every decision on the way. */
async function learnt(fit: NetFoldFit): Promise<object> {
  const { trained, scalerState, constantFeatures } = unwrapped(await fitNetFold(fit));
  const { state, modelBytes } = trained;
  return { state, scalerState, constantFeatures, model: Buffer.from(modelBytes).toString('base64') };
}

function unwrapped(result: Result<FittedNetFold>): FittedNetFold {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

const isIn = (row: number, parts: readonly FoldPart[], horizon: number): boolean =>
  parts.some((part) => PARTS[horizon]![part].some(([from, to]) => row >= from && row < to));

describe.each([
  ['classes', { target: 'class', classWeights: 'balanced' }],
  ['classes with the focal loss', { target: 'class', loss: 'focal', schedule: 'plateau' }],
  ['returns', { target: 'return' }],
] as const)('a net that learns %s', (_, settings) => {
  const fit = (): NetFoldFit => fitOf({ ...settings, patience: 1, maxEpochs: 5 });

  it('is the same net whatever stands in the rows that are chosen by, judged on, or purged', async () => {
    // Links of returns are fitted on the stopping part of their own horizon, which reaches further than what both share.
    const isRubbish = (row: number, horizonBars?: number): boolean =>
      (horizonBars === undefined ? [8, 16] : [horizonBars]).every((bars) => !isIn(row, ['train', 'stopping'], bars));
    expect(await learnt(spoilt(fit(), isRubbish))).toEqual(await learnt(fit()));
  });

  it('is not taught by rows that one horizon is trained on and the other is not', async () => {
    const isRubbish = (row: number): boolean => isIn(row, ['train'], 8) && !isIn(row, ['train'], 16);
    expect(await learnt(spoilt(fit(), isRubbish))).toEqual(await learnt(fit()));
  });

  it.each(['train', 'stopping'] as const)('is another net where the %s part changes', async (part) => {
    const isRubbish = (row: number, horizonBars?: number): boolean =>
      horizonBars !== undefined && isIn(row, [part], horizonBars) && row % 5 === 0;
    expect(await learnt(spoilt(fit(), isRubbish))).not.toEqual(await learnt(fit()));
  });

  it('predicts every part of a horizon from its own windows, which end at the border', async () => {
    const { trained } = unwrapped(await fitNetFold(fit()));
    for (const { horizonBars, rows } of trained.predictions) {
      const known = [...rows.row].filter((_row, i) => Number.isFinite(rows.probabilities.data[i * 3]));
      const expected = FOLD_PARTS.slice(1).flatMap((part) =>
        PARTS[horizonBars]![part].flatMap(([from, to]) =>
          Array.from({ length: to - from - 2 }, (_row, i) => from + 2 + i),
        ),
      );
      expect(known).toEqual(expected);
    }
  });
});
