import type { SymbolProgress } from '../../shared/names/messages';

/** What a line has room for beside other steps. */
const SHORT_PARTS = ['epoch', 'loss', 'rung'];

/** What each running step last said of itself, in whole: `train gru-h20+60-f0: epoch 3 of 30, loss 1.0642, saved at step 120`. */
export function runningNotes({ notes }: SymbolProgress): readonly string[] {
  return Object.entries(notes).map(([step, note]) => `${step}: ${note}`);
}

/** The same in a few words, without the stage: `gru-h20+60-f0 epoch 3 of 30, loss 1.0642`. */
export function shortRunningNotes({ notes }: SymbolProgress): readonly string[] {
  return Object.entries(notes).map(([step, note]) => `${step.split(' ').at(-1) ?? step} ${shortNote(note)}`);
}

function shortNote(note: string): string {
  const parts = note.split(', ').filter((part) => SHORT_PARTS.some((word) => part.startsWith(`${word} `)));
  return parts.length === 0 ? note : parts.join(', ');
}
