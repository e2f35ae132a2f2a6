import { rootRunId } from '../shared/names/ids';
import { runFolder } from '../shared/store/keys';
import type { RunNode, StoreGraph } from '../shared/store/keep/store-graph';
import { UsageError } from './usage-error';

/** What the store holds of a run that a person names. Throws a UsageError where it holds nothing of it. */
export function runInStore(graph: StoreGraph, given: string): RunNode {
  const run = graph.runs.get(runFolder(rootRunId(given)));
  if (run !== undefined) return run;
  throw new UsageError(`the store holds no run '${given}'; ./candlewick status lists the runs`);
}
