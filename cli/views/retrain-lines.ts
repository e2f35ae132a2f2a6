import type { RetrainProgress } from '../../shared/names/messages';
import { textTable } from './text-table';

/** Where a retrain stands, and what became of each of its models so far. */
export function retrainLines({ phase, asOf, runId, outcomes }: RetrainProgress): string {
  const head = `${phase}, as of ${asOf ?? 'a day that is not known yet'}; its run is ${runId}`;
  if (outcomes.length === 0) return head;
  const rows = outcomes.map(({ model, version, outcome, reason }) => [model, `v${String(version)}`, outcome, reason]);
  return `${head}\n${textTable(['model', 'version', 'outcome', 'reason'], rows)}`;
}
