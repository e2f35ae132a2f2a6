import { afterEpoch, learningRateAt, PLATEAU_START, type ScheduleSettings } from '../../../training/neural/schedule';

const SETTINGS: ScheduleSettings = {
  learningRate: 0.1,
  schedule: 'cosine',
  warmupEpochs: 1,
  maxEpochs: 5,
  patience: 4,
};
/** Four updates an epoch: 4 of warm-up, 16 of cooling. */
const at = (step: number, settings: Partial<ScheduleSettings> = {}, factor = 1): number =>
  learningRateAt({ ...SETTINGS, ...settings }, step, 4, factor);

describe('learning rate', () => {
  it('rises over the warm-up, then falls along half a cosine to nearly nothing', () => {
    expect([0, 1, 2, 3].map((step) => at(step))).toEqual([0.025, 0.05, expect.closeTo(0.075, 12), 0.1]);
    expect(at(4)).toBe(0.1);
    expect(at(8)).toBeCloseTo(0.05 * (1 + Math.SQRT1_2), 12);
    expect(at(12)).toBeCloseTo(0.05, 12);
    expect(at(19)).toBeCloseTo(0.05 * (1 + Math.cos((15 / 16) * Math.PI)), 12);
    expect(at(99)).toBe(0);
  });

  it('stays where it is constant, and takes no warm-up where none is wanted', () => {
    expect([0, 7, 99].map((step) => at(step, { schedule: 'constant', warmupEpochs: 0 }))).toEqual([0.1, 0.1, 0.1]);
    expect(at(0, { schedule: 'constant', warmupEpochs: 0.5 })).toBe(0.05);
  });

  it('follows the plateau, which halves it after half the patience without a lower loss', () => {
    expect(at(9, { schedule: 'plateau' }, 0.25)).toBe(0.025);
    let plateau = PLATEAU_START;
    const factors = [1, 0.9, 0.95, 0.9, 0.91, 0.92, 0.5, 0.6].map((loss) => {
      plateau = afterEpoch(plateau, loss, 4);
      return plateau.factor;
    });
    expect(factors).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25]);
  });
});
