import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';

export const HISTORIES_FOLDER = join(__dirname, 'histories');

/**
 * The workflows that are recorded in each scenario. A recording's name is `<scenario>-<workflow>`. Where a run has
 * hundreds of children the parent alone is recorded.
 */
export const SCENARIOS = {
  done: ['train-universe', 'train-symbol'],
  'every-stage': ['train-universe', 'train-symbol'],
  'one-failed': ['train-universe', 'train-symbol'],
  'quorum-missed': ['train-universe'],
  'pause-unpause': ['train-universe', 'train-symbol'],
  'retry-failed': ['train-universe', 'train-symbol'],
  cancelled: ['train-universe', 'train-symbol', 'train-batch'],
  batches: ['train-universe'],
  batch: ['train-batch'],
  'attempt-timed-out': ['train-symbol'],
  'net-rungs': ['train-symbol'],
  'net-paused': ['train-universe', 'train-symbol'],
  'worker-replaced': ['train-universe', 'train-symbol'],
  'retrain-first': ['daily-retrain'],
  'retrain-judged': ['daily-retrain'],
  'retrain-quorum-missed': ['daily-retrain'],
  'retrain-asks': ['daily-retrain', 'promote-model'],
  'retrain-cancelled': ['daily-retrain'],
  'promotion-rejected': ['promote-model'],
  'promotion-expired': ['promote-model'],
  'promotion-refused': ['promote-model'],
  'promotion-champion-moved': ['promote-model'],
  'promotion-cancelled': ['promote-model'],
} as const satisfies Record<string, readonly RecordedWorkflow[]>;

export type RecordedWorkflow = 'train-universe' | 'train-symbol' | 'train-batch' | 'daily-retrain' | 'promote-model';
export type ScenarioName = keyof typeof SCENARIOS;

/** The names of all recordings that must be there. */
export function expectedRecordings(): readonly string[] {
  return Object.entries(SCENARIOS).flatMap(([scenario, workflows]) => workflows.map((name) => `${scenario}-${name}`));
}

/** The names of the recordings that are there. */
export function foundRecordings(): readonly string[] {
  return readdirSync(HISTORIES_FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'));
}

export function recordingPath(name: string): string {
  return join(HISTORIES_FOLDER, `${name}.json`);
}

export function readRecording(name: string): History {
  return historyFromJSON(JSON.parse(readFileSync(recordingPath(name), 'utf8')));
}
