import type { TrainingSettings, TrainingState } from './contract';

export type ScheduleSettings = Pick<
  TrainingSettings,
  'learningRate' | 'schedule' | 'warmupEpochs' | 'maxEpochs' | 'patience'
>;
export type PlateauState = TrainingState['plateau'];

export const PLATEAU_START: PlateauState = { factor: 1, wait: 0, bestLoss: null };
const PLATEAU_FACTOR = 0.5;

/**
 * Learning rate of update `step` (from 0): rises linearly over the warm-up, then stays (constant), falls to zero over
 * `maxEpochs` along half a cosine (Loshchilov and Hutter 2017, SGDR, without restarts), or is halved at every plateau.
 */
export function learningRateAt(
  settings: ScheduleSettings,
  step: number,
  stepsPerEpoch: number,
  plateauFactor: number,
): number {
  const { learningRate, schedule } = settings;
  const warmupSteps = Math.round(settings.warmupEpochs * stepsPerEpoch);
  const warmth = step < warmupSteps ? (step + 1) / warmupSteps : 1;
  switch (schedule) {
    case 'constant':
      return learningRate * warmth;
    case 'plateau':
      return learningRate * warmth * plateauFactor;
    case 'cosine': {
      const coolingSteps = Math.max(1, settings.maxEpochs * stepsPerEpoch - warmupSteps);
      const progress = Math.min(1, Math.max(0, step - warmupSteps) / coolingSteps);
      return learningRate * warmth * 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  }
}

/**
 * The plateau after an epoch: the rate is halved when half the patience (at least one epoch) has passed without a lower
 * loss on the stopping part.
 */
export function afterEpoch(plateau: PlateauState, stoppingLoss: number, patience: number): PlateauState {
  if (plateau.bestLoss === null || stoppingLoss < plateau.bestLoss) {
    return { ...plateau, wait: 0, bestLoss: stoppingLoss };
  }
  const wait = plateau.wait + 1;
  return wait < Math.max(1, Math.floor(patience / 2))
    ? { ...plateau, wait }
    : { ...plateau, wait: 0, factor: plateau.factor * PLATEAU_FACTOR };
}
