import { CLASS_COUNT } from '../../domain/core/classes';
import { emptyMatrix, type Matrix } from '../../domain/core/matrix';
import { PREDICTED_PARTS, type RowPredictions } from '../../domain/core/predictions';
import { expandRanges } from '../../domain/core/rows';
import { windowEnds } from '../../domain/core/windows';
import type { FittedNet } from '../../domain/models/nets/fitted-net';
import type { HorizonTarget, NetFit, TrainedNet } from './contract';

/**
 * Every horizon's predictions of the parts of its fold that were not learnt from; NaN where a row has no whole window inside
 * its part. The net runs once over all rows that any horizon wants. Targets are in the order of the net's horizons.
 */
export function predictParts(net: FittedNet, { series, settings, targets }: NetFit): TrainedNet['predictions'] {
  const endsOf = (target: HorizonTarget): readonly Int32Array[] =>
    partNames.map((part) => windowEnds(series, target.fold[part], settings.lookback));
  const wanted = targets.map(endsOf);
  const rows = Int32Array.from(new Set(wanted.flat().flatMap((ends) => [...ends]))).sort();
  const placeOf = new Map(Array.from(rows, (row, place) => [row, place]));
  const predicted = net.predictAll(series, rows);
  return targets.map((target, h) => {
    const probabilities = predicted[h];
    if (probabilities === undefined) throw new RangeError(`The net has no head for horizon ${target.horizonBars}.`);
    const inside = (wanted[h] ?? []).map((ends) => new Set(ends));
    return { horizonBars: target.horizonBars, rows: partRows(target, inside, { probabilities, placeOf }) };
  });
}

const partNames = Object.keys(PREDICTED_PARTS) as readonly (keyof typeof PREDICTED_PARTS)[];

function partRows(
  { fold }: HorizonTarget,
  inside: readonly ReadonlySet<number>[],
  { probabilities, placeOf }: { readonly probabilities: Matrix; readonly placeOf: ReadonlyMap<number, number> },
): RowPredictions {
  const parts = partNames.map((name) => ({ number: PREDICTED_PARTS[name], rows: expandRanges(fold[name]) }));
  const total = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const row = new Int32Array(total);
  const part = new Int8Array(total);
  const result = emptyMatrix(total, CLASS_COUNT);
  result.data.fill(NaN);
  let at = 0;
  for (const [p, { number, rows }] of parts.entries()) {
    for (const one of rows) {
      row[at] = one;
      part[at] = number;
      const place = inside[p]?.has(one) === true ? placeOf.get(one) : undefined;
      if (place !== undefined) {
        const from = place * CLASS_COUNT;
        result.data.set(probabilities.data.subarray(from, from + CLASS_COUNT), at * CLASS_COUNT);
      }
      at += 1;
    }
  }
  return { row, part, probabilities: result };
}
