import type { WorkflowHandle } from '@temporalio/client';
import type { RunNumbers, RunOutcome } from '../../shared/alerts/facts';
import type { RunSummary } from '../../shared/contracts/run';
import type { RetrainResult } from '../../shared/contracts/retrain';

/** How an execution that is closed ended. Throws what the client throws where nobody could be asked. */
export async function closedOutcome(
  handle: Pick<WorkflowHandle, 'result'>,
  kind: 'run' | 'retrain',
  store: string,
): Promise<RunOutcome> {
  try {
    const answer: unknown = await handle.result();
    const summary = kind === 'run' ? (answer as RunSummary) : ((answer as Partial<RetrainResult> | null)?.run ?? null);
    const numbers = numbersOf(summary, store);
    // The symbols that a retrain trained without are told by its run.
    return kind === 'run' && summary?.status === 'partial' && numbers !== null
      ? { kind: 'partial', summary: numbers }
      : { kind: 'done', summary: numbers };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowFailedError') throw error;
    return failedOutcome(error, store);
  }
}

/** Layers of the client are told by their names: `instanceof` fails across copies. */
function failedOutcome(error: Error, store: string): RunOutcome {
  const layers = layersOf(error).slice(1);
  const root = layers.at(-1) ?? error;
  if (root.name === 'CancelledFailure' || root.name === 'TerminatedFailure') return { kind: 'stopped' };
  const details = layers.flatMap(detailsOf);
  const summary = details.map((detail) => numbersOf(detail, store)).find((numbers) => numbers !== null) ?? null;
  if (root.name === 'TimeoutFailure') return { kind: 'failed', code: 'WorkerLost', message: root.message, summary };
  const code = 'type' in root && typeof root.type === 'string' ? root.type : 'Unexpected';
  return { kind: 'failed', code, message: root.message, summary };
}

function detailsOf(layer: Error): readonly unknown[] {
  return 'details' in layer && Array.isArray(layer.details) ? (layer.details as readonly unknown[]) : [];
}

function layersOf(error: Error): readonly Error[] {
  return error.cause instanceof Error ? [error, ...layersOf(error.cause)] : [error];
}

/** null for anything that is no summary of a run. */
function numbersOf(value: unknown, store: string): RunNumbers | null {
  if (typeof value !== 'object' || value === null) return null;
  const { symbols, done, failed, report } = value as Partial<RunSummary>;
  if (typeof symbols !== 'number' || typeof done !== 'number' || typeof failed !== 'number') return null;
  return { symbols, done, failed, report: typeof report === 'string' ? `${store}/${report}` : store };
}
