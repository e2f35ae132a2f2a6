import type { RegimeResult } from '../../domain/core/evaluation';
import type { Metric } from '../../domain/core/metric';
import type { ModelRecord } from '../../shared/contracts/run-record';
import { familyLabel } from '../family-names';
import { formatCount, formatNumber, formatPercent } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

/** How one model did in each market regime; nothing where its record has none. */
export function regimesTable({ family, evaluation }: ModelRecord): Markup {
  const { regimes = [] } = evaluation;
  if (regimes.length === 0) return NOTHING;
  return markup`<div class="scroll short"><table><caption>${familyLabel(family)} by regime: volatility and trend of the bars up to the forecast, told apart by thresholds of the first training part; [95 % interval]</caption><thead><tr><th scope="col">Regime</th><th scope="col" class="num">rows</th><th scope="col" class="num">log loss</th><th scope="col" class="num">ECE</th><th scope="col" class="num">IC</th><th scope="col" class="num">direction</th></tr></thead><tbody>${regimes.map(regimeRow)}</tbody></table></div>`;
}

function regimeRow(result: RegimeResult): Markup {
  const { regime, rows, logLoss, ece, informationCoefficient, directionalAccuracy } = result;
  const number = (value: number): string => formatNumber(value, 3);
  return markup`<tr><th scope="row">${regime}</th><td class="num">${formatCount(rows)}</td>${cell(logLoss, number)}${cell(ece, number)}${cell(
    informationCoefficient,
    number,
  )}${cell(directionalAccuracy, formatPercent)}</tr>`;
}

function cell({ value, low, high }: Metric, text: (value: number) => string): Markup {
  const interval = low === null || high === null ? NOTHING : markup`<small>[${text(low)}, ${text(high)}]</small>`;
  return markup`<td class="num">${text(value)}${interval}</td>`;
}
