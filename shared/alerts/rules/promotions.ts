import type { Alert } from '../alert';
import { alertKey, quoted } from '../alert';
import type { PromotionFact } from '../facts';
import { argument, countText, instantText, namesText } from '../words';

/** Questions that wait for a person: one alert for all of one retrain. */
export function promotionAlerts(facts: readonly PromotionFact[]): readonly Alert[] {
  const askers = new Map<string, PromotionFact[]>();
  for (const fact of facts) {
    const asker = fact.askedBy ?? fact.workflowId;
    askers.set(asker, [...(askers.get(asker) ?? []), fact]);
  }
  return [...askers].map(([asker, asked]) => promotionAlert(asker, asked));
}

function promotionAlert(asker: string, asked: readonly PromotionFact[]): Alert {
  const names = asked.map(({ model, version }) => `${model} v${String(version)}`).sort();
  const untils = asked.flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs]));
  const until = untils.length === 0 ? '' : ` The first question expires at ${instantText(Math.min(...untils))}.`;
  const [first] = asked;
  return {
    key: alertKey('promotion-waits', asker),
    kind: 'promotion-waits',
    severity: 'info',
    title: quoted(`${countText(asked.length, 'promotion waits', 'promotions wait')} for approval: ${asker}`),
    text: quoted(`The gate let through ${namesText(names)}.${until}`),
    facts: { askedBy: asker, waiting: asked.length },
    runbook: 'alerts.md#promotion-waits',
    commands: asked.slice(0, 3).map(({ model }) => `./candlewick models approve ${argument(model)} --why "..."`),
    workflow: first === undefined ? null : { workflowId: first.workflowId, runId: first.runId },
    report: null,
  };
}
