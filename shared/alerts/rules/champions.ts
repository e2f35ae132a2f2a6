import type { Alert } from '../alert';
import { alertKey, quoted } from '../alert';
import type { ChampionFact } from '../facts';
import { argument, countText, spanText } from '../words';

/** Sets whose oldest champion was trained for a day too long ago. */
export function championAlerts(facts: readonly ChampionFact[], championAgeMs: number, nowMs: number): readonly Alert[] {
  const sets = [...new Set(facts.map(({ set }) => set))].sort();
  return sets.flatMap((set) => {
    const aged = facts
      .flatMap(({ model, set: ofSet, championAsOfMs }) =>
        ofSet === set && championAsOfMs !== null ? [{ model, ageMs: nowMs - championAsOfMs }] : [],
      )
      .sort((a, b) => b.ageMs - a.ageMs || (a.model < b.model ? -1 : 1));
    const [oldest] = aged;
    const old = aged.filter(({ ageMs }) => ageMs > championAgeMs);
    return oldest === undefined || old.length === 0
      ? []
      : [championAlert(set, oldest, old.length, aged.length, championAgeMs)];
  });
}

function championAlert(
  set: string,
  oldest: { readonly model: string; readonly ageMs: number },
  old: number,
  all: number,
  limitMs: number,
): Alert {
  return {
    key: alertKey('champion-age', set),
    kind: 'champion-age',
    severity: 'warning',
    title: quoted(`Champions of ${set} are old: ${oldest.model} is ${spanText(oldest.ageMs)}`),
    text: quoted(
      `${String(old)} of ${countText(all, 'champion')} of the set ${set} ${old === 1 ? 'is' : 'are'} older than ${spanText(limitMs)}, counted from the day of training. The oldest is ${oldest.model} with ${spanText(oldest.ageMs)}: retrains fail, do not start, or every challenger is refused.`,
    ),
    facts: {
      set,
      oldestModel: oldest.model,
      oldestDays: Math.round(oldest.ageMs / 8_640_000) / 10,
      old,
      champions: all,
    },
    runbook: 'alerts.md#champion-age',
    commands: ['./candlewick schedule list', `./candlewick lineage ${argument(`${oldest.model}@champion`)}`],
    workflow: null,
    report: null,
  };
}
