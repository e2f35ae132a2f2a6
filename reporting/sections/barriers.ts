import type { BarrierSearchRecord } from '../../shared/contracts/run-record';
import { formatCount, formatNumber, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

type Found = BarrierSearchRecord['horizons'][number];
type Judged = Found['symmetric'];

const OBJECTIVES: Readonly<Record<BarrierSearchRecord['objective'], string>> = {
  balance: 'classes that are as frequent (entropy, 1 at most)',
  uniqueness: 'labels that overlap little (average uniqueness, 1 at most)',
  expectancy: 'what a side told right earns a bar after costs (log return)',
};

/** Which barriers the search found, what they are worth, and whether multiples that differ were worth taking. */
export function barriersBlock(search: BarrierSearchRecord | undefined): Markup {
  if (search === undefined) return NOTHING;
  return markup`<h4>Barriers that were searched</h4><p class="small">Searched for ${OBJECTIVES[search.objective]} on the first training part, ${plural(search.rows, 'row')}; its last quarter was not searched and tells what they are worth on rows unseen. ${search.horizons.map(sentenceOf).join(' ')}</p>
    <div class="scroll"><table><caption>Barriers and what they are worth</caption><thead><tr><th scope="col">Horizon</th><th scope="col">Barriers</th><th scope="col" class="num">Bars</th><th scope="col" class="num">Up, ATR</th><th scope="col" class="num">Down, ATR</th><th scope="col" class="num">Searched</th><th scope="col" class="num">Unseen</th><th scope="col">Taken</th></tr></thead><tbody>${search.horizons.map(rowsOf)}</tbody></table></div>`;
}

/** By how much multiples that differ won or lost. */
function sentenceOf({ horizonBars, symmetric, asymmetric, taken }: Found): string {
  if (asymmetric === null) return '';
  const [even, uneven] = [symmetric.unseen, asymmetric.unseen];
  const where = `Of the horizon of ${formatCount(horizonBars)} bars`;
  if (even === null || uneven === null) {
    return `${where}, multiples that differ could not be judged on rows unseen, so they were not taken.`;
  }
  const by = formatNumber(Math.abs(uneven - even), 4);
  return taken === 'asymmetric'
    ? `${where}, multiples that differ were taken: they won by ${by} on rows unseen.`
    : `${where}, multiples that differ were not taken: they did not win on rows unseen (behind by ${by}).`;
}

function rowsOf(found: Found): Markup {
  const { horizonBars, configured, symmetric, asymmetric, taken } = found;
  const row = (name: string, judged: Judged, isTaken: boolean): Markup =>
    markup`<tr><th scope="row">${formatCount(horizonBars)}</th><td>${name}</td><td class="num">${formatCount(judged.bars)}</td><td class="num">${formatNumber(judged.upAtr, 2)}</td><td class="num">${formatNumber(judged.downAtr, 2)}</td><td class="num">${worth(judged.searched)}</td><td class="num">${worth(judged.unseen)}</td><td>${isTaken ? 'yes' : ''}</td></tr>`;
  return markup`${row('configured', configured, false)}${row('best symmetric', symmetric, taken === 'symmetric')}${
    asymmetric === null ? NOTHING : row('best that differ', asymmetric, taken === 'asymmetric')
  }`;
}

function worth(value: number | null): string {
  return value === null ? 'too few labels' : formatNumber(value, 4);
}
