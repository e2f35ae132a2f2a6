import { CLASS_NAMES } from '../../domain/core/classes';
import type { RegimeResult } from '../../domain/core/evaluation';
import type { Metric } from '../../domain/core/metric';
import type { ModelRecord } from '../../shared/contracts/run-record';
import { regimeReliabilityOption } from '../charts/regime-reliability';
import { familyLabel } from '../family-names';
import { formatCount, formatNumber, formatPercent } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { HALF_WIDTH, picture } from './pictures';

const PICTURE_HEIGHT = 330;

type CalibratedRegime = RegimeResult & Required<Pick<RegimeResult, 'calibration'>>;

/** How one model did in each market regime, and how its probabilities held there; nothing where its record has none. */
export function regimesBlock(id: string, model: ModelRecord): Markup {
  const { regimes = [] } = model.evaluation;
  if (regimes.length === 0) return NOTHING;
  const calibrated = regimes.filter((result): result is CalibratedRegime => result.calibration !== undefined);
  return markup`${regimesTable(model, regimes)}${calibrated.length === 0 ? NOTHING : calibrationBlock(id, model, calibrated)}`;
}

function regimesTable({ family }: ModelRecord, regimes: readonly RegimeResult[]): Markup {
  return markup`<div class="scroll short"><table><caption>${familyLabel(family)} by regime: volatility and trend of the bars up to the forecast, told apart by thresholds of the first training part; the Sharpe ratio of the bars that began in it, after costs, as if a year were nothing else; [95 % interval]</caption><thead><tr><th scope="col">Regime</th><th scope="col" class="num">rows</th><th scope="col" class="num">log loss</th><th scope="col" class="num">ECE</th><th scope="col" class="num">IC</th><th scope="col" class="num">direction</th><th scope="col" class="num">days</th><th scope="col" class="num">Sharpe</th></tr></thead><tbody>${regimes.map(regimeRow)}</tbody></table></div>`;
}

function regimeRow(result: RegimeResult): Markup {
  const { regime, rows, logLoss, ece, informationCoefficient, directionalAccuracy, days, sharpe } = result;
  const number = (value: number): string => formatNumber(value, 3);
  return markup`<tr><th scope="row">${regime}</th><td class="num">${formatCount(rows)}</td>${cell(logLoss, number)}${cell(ece, number)}${cell(
    informationCoefficient,
    number,
  )}${cell(directionalAccuracy, formatPercent)}<td class="num">${days === undefined ? formatNumber(null, 0) : formatCount(days)}</td>${cell(
    sharpe ?? { value: NaN, low: null, high: null },
    (value) => formatNumber(value, 2),
  )}</tr>`;
}

function cell({ value, low, high }: Metric, text: (value: number) => string): Markup {
  const interval = low === null || high === null ? NOTHING : markup` <small>[${text(low)}, ${text(high)}]</small>`;
  return markup`<td class="num">${text(value)}${interval}</td>`;
}

/** Whether the probabilities hold in each regime, or only on average over all. */
function calibrationBlock(id: string, { family }: ModelRecord, regimes: readonly CalibratedRegime[]): Markup {
  const said = regimes.map(
    ({ regime, calibration: { confidence } }) =>
      `${regime}: ${confidence.map((bin) => `${formatPercent(bin.meanForecast)} came true ${formatPercent(bin.observedShare)}`).join(', ')}`,
  );
  const option = regimeReliabilityOption(
    regimes.map(({ regime, calibration }) => ({ label: regime, bins: calibration.confidence })),
  );
  return markup`<div class="pair">${picture('Reliability by regime', familyLabel(family), option, {
    id,
    width: HALF_WIDTH,
    height: PICTURE_HEIGHT,
    title: `Reliability of ${familyLabel(family)} in each regime`,
    description: `Mean forecast and observed share of each bin: ${said.join('; ')}.`,
  })}<div class="scroll"><table><caption>Forecast and observed share of each class by regime: what is calibrated over all rows need not be so in each</caption><thead><tr><th scope="col">Regime</th>${CLASS_NAMES.map(
    (name) => markup`<th scope="col" class="num">${name}</th>`,
  )}</tr></thead><tbody>${regimes.map(
    ({ regime, calibration: { classes } }) =>
      markup`<tr><th scope="row">${regime}</th>${CLASS_NAMES.map(
        (name) =>
          markup`<td class="num">${formatPercent(classes[name].meanForecast)} <small>came ${formatPercent(classes[name].observedShare)}</small></td>`,
      )}</tr>`,
  )}</tbody></table></div></div>`;
}
