import type { ModelRecord } from '../../shared/contracts/run-record';
import { bestSimpleOf, earningsOf, type Earning } from '../comparison';
import { familyLabel, shortFamilyLabel } from '../family-names';
import { plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { formatDifference, formatInterval, formatMetricValue } from '../metric-table';
import { lossPicture } from './net-pictures';

/** Whether each net of one horizon beats the best simple model on log loss; nothing where no net was judged. */
export function earnedPlaceBlock(id: string, models: readonly ModelRecord[], isCrowded: boolean): Markup {
  const earnings = earningsOf(models);
  if (earnings.length === 0) return NOTHING;
  const rival = bestSimpleOf(models);
  const heading = markup`<h4>Do the nets earn their place?</h4><p class="small">${earningSentence(earnings)}</p>`;
  if (isCrowded) return heading;
  return markup`${heading}<div class="pair">${lossPicture(`${id}-loss`, models, rival)}<div>${earningsTable(earnings)}</div></div>`;
}

/** The answer for all nets in one or two sentences. */
function earningSentence(earnings: readonly Earning[]): string {
  const rival = earnings[0]?.rival ?? null;
  if (rival === null) return 'No simple model was judged beside them, so there is nothing to measure them by.';
  const earned = earnings.filter(({ standing }) => standing === 'better');
  const bar = `${familyLabel(rival.family)} (log loss ${formatMetricValue('logLoss', rival.evaluation.metrics.logLoss.value)}), the best simple model here`;
  const by = 'on log loss by more than the 95 % interval';
  if (earned.length === 0) {
    return earnings.length === 1
      ? `No: ${shortFamilyLabel(earnings[0]?.net.family ?? 'mlp')} does not beat ${bar}, ${by}.`
      : `No: none of ${plural(earnings.length, 'net')} beats ${bar}, ${by}.`;
  }
  const names = earned.map(({ net }) => shortFamilyLabel(net.family)).join(', ');
  return `${names} ${earned.length === 1 ? 'beats' : 'beat'} ${bar}, ${by}; ${earned.length} of ${plural(earnings.length, 'net')} ${earned.length === 1 ? 'earns its' : 'earn their'} place.`;
}

function earningsTable(earnings: readonly Earning[]): Markup {
  const rival = earnings[0]?.rival ?? null;
  return markup`<div class="scroll"><table><caption>${
    rival === null ? 'Nets' : `Nets beside ${familyLabel(rival.family)}`
  }, lowest log loss first</caption><thead><tr><th scope="col">Net</th><th scope="col" class="num">Log loss</th><th scope="col" class="num">95 % interval</th><th scope="col" class="num">Difference</th><th scope="col">Earns its place?</th></tr></thead><tbody>${earnings.map(earningRow)}</tbody></table></div>`;
}

function earningRow({ net, rival, standing }: Earning): Markup {
  const { logLoss } = net.evaluation.metrics;
  const difference =
    rival === null ? '–' : formatDifference('logLoss', logLoss.value - rival.evaluation.metrics.logLoss.value);
  return markup`<tr><th scope="row">${shortFamilyLabel(net.family)}</th><td class="num">${formatMetricValue('logLoss', logLoss.value)}</td><td class="num">${formatInterval('logLoss', logLoss) ?? '–'}</td><td class="num">${difference}</td><td class="whole">${earningMark(standing)}</td></tr>`;
}

/** The answer for one net in a few words. */
function earningMark(standing: Earning['standing']): Markup {
  switch (standing) {
    case 'better':
      return markup`<span class="good">yes, better</span>`;
    case 'worse':
      return markup`<span class="bad">no, worse</span>`;
    case 'within':
      return markup`no, not told apart`;
    case 'open':
      return markup`<span class="muted">not to be told</span>`;
  }
}
