import { Context } from '@temporalio/activity';
import type { StepNote } from '../../shared/names/messages';
import type { StageProgress } from './stage-definition';
import { trainingNote } from './training-note';

/** Tells the symbol's workflow where a long step is, so that its details in the UI show it. */
export interface StepNotes {
  /** For the activity that is running here and now. */
  readonly forStep: (step: string) => (progress: StageProgress) => void;
}

/** Sends a note to a workflow execution; may fail, nobody waits for it. */
export type SendNote = (workflow: { workflowId: string; runId: string }, note: StepNote) => Promise<void>;

const FIRST_AFTER_MS = 2_000;
const MIN_BETWEEN_MS = 10_000;
/** A day of training makes some three hundred notes: each costs the workflow's history four events. */
const SHARE_OF_ELAPSED = 0.02;

export function createStepNotes(send: SendNote, now: () => number = Date.now): StepNotes {
  return {
    forStep: (step) => {
      const { workflowExecution } = Context.current().info;
      const startedAtMs = now();
      let nextAtMs = startedAtMs + FIRST_AFTER_MS;
      return (progress) => {
        const atMs = now();
        if (atMs < nextAtMs || workflowExecution === undefined) return;
        nextAtMs = atMs + Math.max(MIN_BETWEEN_MS, SHARE_OF_ELAPSED * (atMs - startedAtMs));
        void send(workflowExecution, { step, note: trainingNote(progress) }).catch(() => undefined);
      };
    },
  };
}

/** For tests and tools that have no server. */
export const NO_STEP_NOTES: StepNotes = { forStep: () => () => undefined };
