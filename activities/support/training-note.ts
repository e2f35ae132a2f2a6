import type { StageProgress } from './stage-definition';

/** Where a net's training is, for the UI: `epoch 3 of 30, loss 1.0642, stopping 1.0791, rung 1, saved at step 120`. */
export function trainingNote({ training, loss }: StageProgress): string {
  if (training === undefined) return '';
  const parts = [
    `epoch ${String(training.epoch + 1)} of ${String(training.epochs)}`,
    loss === null ? null : `loss ${loss.toFixed(4)}`,
    training.stoppingLoss === null ? null : `stopping ${training.stoppingLoss.toFixed(4)}`,
    training.rungs.length === 0 ? null : `rung ${String(training.rungs.length)}`,
    `saved at step ${String(training.savedStep)}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
