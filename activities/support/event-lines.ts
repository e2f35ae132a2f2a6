import type { StageProgress } from './stage-definition';
import { trainingNote } from './training-note';

/** What is worth a line in the log of an attempt: a new phase, a rung, a checkpoint, an epoch that is done. */
export function createEventLines(): (progress: StageProgress) => readonly string[] {
  let before: StageProgress | null = null;
  return (progress) => {
    const lines = linesBetween(before, progress);
    before = progress;
    return lines;
  };
}

function linesBetween(before: StageProgress | null, now: StageProgress): readonly string[] {
  const phase = before?.phase === now.phase ? [] : [`phase: ${now.phase}`];
  const { training } = now;
  if (training === undefined) return phase;
  const earlier = before?.training;
  const resumed =
    earlier === undefined && training.resumedAtStep > 0
      ? [`goes on from the checkpoint at step ${String(training.resumedAtStep)}`]
      : [];
  const rungs = training.rungs
    .slice(earlier?.rungs.length ?? 0)
    .map(({ note }, at) => `rung ${String((earlier?.rungs.length ?? 0) + at + 1)}: ${note}`);
  const saved =
    training.savedStep > (earlier?.savedStep ?? training.resumedAtStep)
      ? [`checkpoint at step ${String(training.savedStep)}, epoch ${String(training.epoch + 1)}`]
      : [];
  const epoch = earlier !== undefined && training.epoch > earlier.epoch ? [trainingNote(now)] : [];
  return [...phase, ...resumed, ...rungs, ...saved, ...epoch];
}
