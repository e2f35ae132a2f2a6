import type { PromotionState, RetrainProgress } from '../../shared/names/messages';
import { textTable } from './text-table';

/** Where a retrain stands, and what became of each of its models so far. */
export function retrainLines({ phase, asOf, runId, outcomes, leftOut = 0 }: RetrainProgress): string {
  const head = `${phase}, as of ${asOf ?? 'a day that is not known yet'}; its run is ${runId}`;
  if (outcomes.length === 0) return head;
  const rows = outcomes.map(({ model, version, outcome, reason }) => [
    model,
    version === null ? '-' : `v${String(version)}`,
    outcome,
    reason,
  ]);
  const rest = leftOut === 0 ? '' : `\nand ${String(leftOut)} more: ./candlewick audit tells of them`;
  return `${head}\n${textTable(['model', 'version', 'outcome', 'reason'], rows)}${rest}`;
}

/** What is asked about a model, until when, and what the gate said. */
export function questionLines({ state, model, version, champion, untilMs, checks, outcome }: PromotionState): string {
  const until = state === 'waiting' && untilMs !== null ? ` until ${new Date(untilMs).toISOString()}` : '';
  const against = champion === null ? 'without a champion' : `against champion v${String(champion)}`;
  return [
    `${outcome ?? state}${until}: ${model ?? 'a model that is not known yet'} v${String(version ?? '?')} ${against}`,
    ...checks.map(({ name, passed, sentence }) => `  ${passed ? 'passed' : 'FAILED'} ${name}: ${sentence}`),
  ].join('\n');
}
