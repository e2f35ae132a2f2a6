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
    'Embargo',
    'Trading days that stay out of training behind whatever judges it: features look back and still remember those bars.',
  ],
  [
    'Backtest path',
    'Combinatorial cross-validation tests every bar in several folds; a path takes each bar’s forecast from one of them. Numbers are means over the paths, their intervals hold both the spread between paths and the chance of the period.',
  ],
  [
    'Importance',
    'Share of the total gain of splits (trees), of absolute standardised weights (linear) or of the selection weights (TFT). Not a cause.',
  ],
  [
    'Contribution (SHAP value)',
    'What a feature adds to the log-odds of a class on one row, shared out among the features so that they sum to the forecast. Not a cause.',
  ],
  ['Ambiguous label', 'Both barriers were touched inside one bar, so the order is unknown. Counted, never guessed.'],
  [
    'Unsettled, unusable label',
    'The series ended before the label was decided; no volatility was known yet to set barriers with.',
  ],
  [
    'Earns its place',
    'A net does where the log loss of the best simple model of the same symbol and horizon lies above its 95 % interval. On most data none does.',
  ],
  [
    'Epoch, kept epoch',
    'One pass over the training part. After each the loss on the stopping part is taken, and the weights of its lowest are kept.',
  ],
  [
    'Rung',
    'A step down after a failure that can be trained around: fewer windows in memory at once, a lower learning rate, or the processor instead of the device. Training goes on from its checkpoint.',
  ],
  [
    'Attention',
    'Share of each bar of the window in what the net reads before it forecasts, mean over windows. Not a cause.',
  ],
  ['Work thrown away', 'Seconds of computation that kills and failures lost and that had to be done again.'],
];

/** One line on each metric and term of the report. */
export function glossarySection(): Markup {
  const metrics = METRIC_NAMES.map((name) => [METRIC_TABLE[name].label, METRIC_TABLE[name].meaning] as const);
  return markup`<section class="card" aria-labelledby="glossary"><h2 id="glossary">What the words mean</h2>
    <dl class="glossary">${[...metrics, ...TERMS].map(([term, meaning]) => markup`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl></section>`;
}
