import type { DeflatedRecord, OverfittingRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { logitBins, logitsOption } from '../charts/logits';
import { familyLabel } from '../family-names';
import { formatCount, formatNumber, formatPercent, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { HALF_WIDTH, picture } from './pictures';

/** Symbols whose logits are drawn; the table has the PBO of all. */
const PICTURES = 6;
const LOGITS_HEIGHT = 240;

type Judged = SymbolRecord & { readonly overfitting: OverfittingRecord };

/** How much of what the backtests show luck explains: the trials of each study, and what is left after them. */
export function overfittingSection(symbols: readonly SymbolRecord[]): Markup {
  const judged = symbols.filter((symbol): symbol is Judged => symbol.overfitting !== undefined);
  if (judged.length === 0) return NOTHING;
  return markup`<section class="card" aria-labelledby="overfitting"><h2 id="overfitting">Overfitting</h2>
    <p class="muted small">Whoever tries many configurations finds a good one by luck. The trials of a study are counted in a ledger that nothing is taken out of; SR0 is the daily Sharpe ratio that the best of so many would show without any skill. PSR: the probability that the true ratio lies above 0; DSR: that it lies above SR0, to be believed from 95 %. MinTRL: the days that it would take to show that. PBO: how often the best configuration of one half of the days is below the median on the other; 50 % is what choosing among noise gives.</p>
    ${judged.map(brokenNote)}
    <div class="scroll"><table><thead><tr><th scope="col">Model</th><th scope="col" class="num">trials</th><th scope="col" class="num">SR0 a day</th><th scope="col" class="num">Sharpe a day</th><th scope="col" class="num">days</th><th scope="col" class="num">PSR</th><th scope="col" class="num">DSR</th><th scope="col" class="num">MinTRL</th><th scope="col" class="num">PBO</th></tr></thead><tbody>${judged.map(
      ({ symbol, overfitting }) => overfitting.models.map((model) => modelRow(symbol, overfitting, model)),
    )}</tbody></table></div>
    <div class="pair">${judged.slice(0, PICTURES).map(logitsPicture)}</div></section>`;
}

/** How the choice of one half of the days fared on the other; nothing where no PBO could be computed. */
function logitsPicture({ symbol, overfitting: { pbo } }: Judged, index: number): Markup {
  const bins = logitBins(pbo?.logits ?? []);
  if (pbo === null || bins.length === 0) return NOTHING;
  const combinations = pbo.logits.reduce((sum, [, count]) => sum + count, 0);
  const note = `${symbol}, ${plural(pbo.trials, 'trial')} on ${plural(pbo.days, 'day')}; below 0 the choice was overfitted`;
  return picture('PBO logits', note, logitsOption(bins), {
    id: `logits-${index}`,
    width: HALF_WIDTH,
    height: LOGITS_HEIGHT,
    title: `Logits of the rank out of sample, ${symbol}`,
    description: `In ${formatPercent(pbo.value)} of ${formatCount(combinations)} combinations the best configuration of one half of the days was below the median on the other.`,
  });
}

function brokenNote({ symbol, overfitting: { broken } }: Judged): Markup {
  return broken === null ? NOTHING : markup`<p class="bad"><strong>${symbol}</strong>: ${broken}.</p>`;
}

function modelRow(symbol: string, study: OverfittingRecord, model: DeflatedRecord): Markup {
  const isShown = (model.dsr ?? 0) >= 0.95;
  return markup`<tr><th scope="row">${familyLabel(model.family)}<br><span class="muted small">${symbol} · ${model.horizonBars} bars</span></th>
    <td class="num">${formatCount(study.trials)}</td><td class="num">${formatNumber(study.expectedMaximum, 4)}</td>
    <td class="num">${formatNumber(model.sharpePerDay, 4)}</td><td class="num">${formatCount(model.days)}</td>
    <td class="num">${formatPercent(model.psr)}</td><td class="num${isShown ? ' good' : ''}">${formatPercent(model.dsr)}</td>
    <td class="num">${model.minTrlDays === null ? '–' : plural(Math.ceil(model.minTrlDays), 'day')}</td>
    <td class="num">${formatPercent(study.pbo?.value ?? null)}</td></tr>`;
}
