import { METRIC_NAMES } from '../../domain/core/metric';
import { markup, type Markup } from '../markup';
import { METRIC_TABLE } from '../metric-table';

const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  [
    '[low, high]',
    '95 % interval of the number beside it. Two models whose intervals overlap widely cannot be told apart.',
  ],
  [
    'Majority baseline',
    'Always forecasts the class shares of its training part. A model that does not beat it has learnt nothing.',
  ],
  [
    'Grade',
    'Rubric from directional accuracy, Sharpe and maximum drawdown, A to F. On real data most models should not reach a C.',
  ],
  ['Production criteria', 'The least that live use asks for, after costs and slippage; every one has to pass.'],
  [
    'Reliability diagram',
    'Points on the diagonal mean that what was forecast with 40 % came true in 40 % of cases. Bars count the rows of each bin.',
  ],
  [
    'Folds',
    'Train fits the model, stopping ends the fit and fits calibrators, choosing picks one, test is looked at once. Parts never share a label interval.',
  ],
  [
    'Importance',
    'Share of the total gain of splits (trees) or of absolute standardised weights (linear). Not a cause.',
  ],
  ['Ambiguous label', 'Both barriers were touched inside one bar, so the order is unknown. Counted, never guessed.'],
  [
    'Unsettled, unusable label',
    'The series ended before the label was decided; no volatility was known yet to set barriers with.',
  ],
  ['Work thrown away', 'Seconds of computation that kills and failures lost and that had to be done again.'],
];

/** One line on each metric and term of the report. */
export function glossarySection(): Markup {
  const metrics = METRIC_NAMES.map((name) => [METRIC_TABLE[name].label, METRIC_TABLE[name].meaning] as const);
  return markup`<section class="card" aria-labelledby="glossary"><h2 id="glossary">What the words mean</h2>
    <dl class="glossary">${[...metrics, ...TERMS].map(([term, meaning]) => markup`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl></section>`;
}
