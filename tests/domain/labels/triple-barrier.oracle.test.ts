import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelSettings } from '../../../domain/labels/settings';
import { barsOf, labelBars } from './support';

type Column = readonly (number | null)[];

interface Fixture {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close', readonly number[]>>;
  readonly cases: readonly {
    readonly settings: LabelSettings;
    readonly atr: Column;
    readonly entry: Column;
    readonly exit: Column;
    readonly outcome: readonly number[];
    readonly t1Row: readonly number[];
    readonly classIndex: readonly number[];
  }[];
}

const path = join(__dirname, '../../fixtures/triple-barrier.json');
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;
const { open, high, low, close } = fixture.bars;
const bars = barsOf(open.map((price, i) => [price, high[i]!, low[i]!, close[i]!]));

describe.each(fixture.cases)(
  'labels against the brute force of tests/oracles/triple_barrier.py, $settings',
  (expected) => {
    const labels = labelBars(bars, expected.settings);

    it('decide the same way on the same bar, row by row', () => {
      expect([...labels.outcome]).toEqual(expected.outcome);
      expect([...labels.t1Row]).toEqual(expected.t1Row);
      expect([...labels.classIndex]).toEqual(expected.classIndex);
    });

    it.each(['atr', 'entry', 'exit'] as const)('agree in %s', (name) => {
      const column = labels[name];
      expect(column).toHaveLength(expected[name].length);
      for (const [row, value] of expected[name].entries()) {
        if (value === null) expect(column[row]).toBeNaN();
        else expect(Math.abs(column[row]! - value)).toBeLessThan(1e-9);
      }
    });
  },
);
