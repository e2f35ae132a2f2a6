import type { LabelRecord } from '../../shared/contracts/run-record';
import { uniquenessOption, type UniquenessLine } from '../charts/uniqueness';
import { formatNumber, plural } from '../format';
import { NOTHING, type Markup } from '../markup';
import { HALF_WIDTH, picture } from './pictures';

const HEIGHT = 220;
/** More lines would lie on each other. */
const MOST_LINES = 4;

/** How far the labels of each horizon stand alone, over time; nothing where the records do not tell, or of one stretch alone. */
export function uniquenessPicture(id: string, labels: readonly LabelRecord[]): Markup {
  const lines = labels
    .flatMap(({ horizonBars, uniqueness }): UniquenessLine[] =>
      uniqueness === undefined || uniqueness.means.length < 2 ? [] : [{ horizonBars, uniqueness }],
    )
    .slice(0, MOST_LINES);
  const [first] = lines;
  if (first === undefined) return NOTHING;
  const said = lines.map(({ horizonBars, uniqueness: { mean, means } }) => {
    const told = means.filter((one) => one !== null);
    return `${plural(horizonBars, 'bar')}: ${formatNumber(mean, 3)} on average, from ${formatNumber(Math.min(...told), 3)} to ${formatNumber(Math.max(...told), 3)}`;
  });
  const note = `mean of every ${plural(first.uniqueness.days, 'day')}; 1: the label shares its bars with no other`;
  return picture('Average uniqueness of labels', note, uniquenessOption(lines), {
    id,
    width: HALF_WIDTH,
    height: HEIGHT,
    title: 'Average uniqueness of labels over time, by horizon',
    description: `${said.join('; ')}.`,
  });
}
