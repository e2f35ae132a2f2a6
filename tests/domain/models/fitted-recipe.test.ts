import type { Matrix } from '../../../domain/core/matrix';
import type { FittedModel } from '../../../domain/models/contract';
import { isCompleteRow, predictWithRecipe } from '../../../domain/models/fitted-recipe';
import { scalerFromState } from '../../../domain/models/scaler';

/** Puts each row's first feature into its first probability, and remembers how many rows it saw. */
function echoModel(): { model: FittedModel; rowsSeen: number[] } {
  const rowsSeen: number[] = [];
  const predictProbabilities = ({ data, rows, columns }: Matrix): Matrix => {
    rowsSeen.push(rows);
    return {
      data: Float64Array.from({ length: rows * 3 }, (_, i) => (i % 3 === 0 ? (data[(i / 3) * columns] ?? NaN) : 0)),
      rows,
      columns: 3,
    };
  };
  const model: FittedModel = {
    family: 'echo',
    predictProbabilities,
    importances: null,
    toBytes: () => new Uint8Array(),
    dispose: () => undefined,
  };
  return { model, rowsSeen };
}

describe('fitted recipe', () => {
  const features = { data: Float64Array.of(1, 2, NaN, 4, 5, Infinity, 7, 8), rows: 4, columns: 2 };

  it('gives NaN to rows with a missing feature and never shows them to the model', () => {
    const { model, rowsSeen } = echoModel();
    const { data, rows, columns } = predictWithRecipe({ model, scaler: null }, features);
    expect([rows, columns]).toEqual([4, 3]);
    expect([...data]).toEqual([1, 0, 0, NaN, NaN, NaN, NaN, NaN, NaN, 7, 0, 0]);
    expect(rowsSeen).toEqual([2]);
  });

  it('scales before it predicts', () => {
    const scaler = scalerFromState({ mean: [1, 0], scale: [2, 1] });
    if (!scaler.ok) throw new Error(scaler.fault.message);
    const { data } = predictWithRecipe({ model: echoModel().model, scaler: scaler.value }, features);
    expect([data[0], data[9]]).toEqual([0, 3]);
  });

  it('knows a complete row', () => {
    expect([0, 1, 2, 3].map((row) => isCompleteRow(features, row))).toEqual([true, false, false, true]);
  });
});
