import { renderReport } from '../../reporting/report';
import { uniquenessPicture } from '../../reporting/sections/uniqueness';
import type { LabelRecord } from '../../shared/contracts/run-record';
import { fakeRunRecord } from '../support/run-record';

const record = fakeRunRecord({ symbols: 1 });
const labels = record.symbols[0]!.labels;
const told = labels.map((label, i): LabelRecord => ({
  ...label,
  uniqueness: {
    ...{ mean: 0.312 - i / 10, fromMs: Date.UTC(2016, 0, 4), days: 61, labels: [5, 0, 7, 7] },
    means: [0.2, null, 0.4, 0.35],
  },
}));

describe('the picture of average uniqueness', () => {
  it('stands beside the labels, one line a horizon, and says its mean and range', () => {
    const page = renderReport({ ...record, symbols: [{ ...record.symbols[0]!, labels: told }] });
    expect(page).toContain('id="s0-uniqueness-t"');
    expect(page).toContain('20 bars: 0.312 on average, from 0.200 to 0.400; 60 bars: 0.212 on average');
    expect(page).toContain('mean of every 61 days');
    const drawn = page.slice(page.indexOf('aria-labelledby="s0-uniqueness-t'));
    expect(drawn.slice(0, drawn.indexOf('</svg>'))).not.toMatch(/NaN|undefined/);
    expect(page).toContain('<td class="num">0.312</td>');
  });

  it('breaks where a stretch has no label', () => {
    const pathsOf = (means: readonly (number | null)[]): number => {
      const [label] = told;
      const { text } = uniquenessPicture('u', [{ ...label!, uniqueness: { ...label!.uniqueness!, means } }]);
      return (
        text
          .match(/ d="[^"]*"[^>]*stroke="var\(--series1\)"/g)
          ?.join()
          .match(/M/g)?.length ?? 0
      );
    };
    expect(pathsOf([0.2, 0.3, null, 0.4, 0.35])).toBe(pathsOf([0.2, 0.3, 0.3, 0.4, 0.35]) + 1);
  });

  it('is not drawn of older records, which do not tell', () => {
    expect(uniquenessPicture('u', labels).text).toBe('');
    expect(renderReport(record)).not.toContain('s0-uniqueness-t');
  });
});
