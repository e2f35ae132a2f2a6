import type { ModelRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { familyLabel } from '../family-names';
import { formatNumber, formatPercent, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

/** What the classes of a symbol's labels mean where they are seen from the side of a primary rule. */
export function primaryNote({ primary }: SymbolRecord): Markup {
  if (primary === undefined) return NOTHING;
  const { feature, centre, band, side } = primary;
  const beyond = band === 0 ? String(centre) : `${String(centre)} ± ${String(band)}`;
  return markup`<p class="small"><b>Meta-labels.</b> A rule takes the side that goes ${side} <code>${feature}</code> beyond ${beyond}; labels and
    forecasts say whether that side is right. Everywhere below <b>up</b> is right (its profit barrier came first), <b>down</b> is wrong; rows
    where the rule takes no side are unusable. The backtest takes the side of the rule or stays out.</p>`;
}

/** What the model that is shown adds to the rule by itself. */
export function primaryText({ family, evaluation }: ModelRecord): Markup {
  const { primary, metrics, trades } = evaluation;
  if (primary === undefined) return NOTHING;
  return markup`<p class="small">The rule alone, every side taken: Sharpe ${formatNumber(primary.sharpe, 2)}, ${plural(primary.trades, 'trade')}, ${formatPercent(primary.winRate)} won.
    Where ${familyLabel(family)} says to act: Sharpe ${formatNumber(metrics.sharpe.value, 2)}, ${plural(trades, 'trade')}, ${formatPercent(metrics.winRate.value)} won.</p>`;
}
