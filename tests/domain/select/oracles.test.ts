import type { Matrix } from '../../../domain/core/matrix';
import { correlationClusters } from '../../../domain/select/clusters';
import { unitColumns } from '../../../domain/select/correlation';
import { permutationImportance } from '../../../domain/select/permutation';
import { classSeparation } from '../../../domain/select/separation';
import { farthest, matrixOf, selectionOracle } from './selection-oracle';

const oracle = selectionOracle();
const features = matrixOf(oracle.features);

describe('against SciPy and scikit-learn', () => {
  it.each(oracle.clusters)(
    'clusters of $on above $threshold are those of complete linkage',
    ({ on, threshold, clusters }) => {
      const matrix = matrixOf(oracle[on]);
      const columns = Array.from({ length: matrix.columns }, (_, c) => c);
      expect(correlationClusters(unitColumns(matrix), columns, threshold)).toEqual(clusters);
    },
  );

  it('class separation is the share of variance behind f_classif', () => {
    const found = classSeparation(features, Int32Array.from(oracle.classes));
    expect(farthest(found, oracle.separation)).toBeLessThan(1e-13);
  });

  it('permutation importance is that of scikit-learn, on the same orders', () => {
    const { coefficients, intercepts, orders, importances } = oracle.permutation;
    const score = ({ data, rows, columns }: Matrix): number => {
      let sum = 0;
      for (let r = 0; r < rows; r += 1) {
        const logits = coefficients.map((own, k) =>
          own.reduce((total, weight, c) => total + weight * data[r * columns + c]!, intercepts[k]!),
        );
        const norm = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
        sum += logits[oracle.classes[r]!]! - norm;
      }
      return sum / rows;
    };
    const found = permutationImportance(
      score,
      features,
      orders.map((order) => Int32Array.from(order)),
    );
    expect(farthest(found, importances)).toBeLessThan(1e-12);
    expect(found[0]).toBeGreaterThan(0.05);
  });
});
