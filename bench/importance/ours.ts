import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitIsotonicCurve, isotonicValue } from '../../domain/calibrate/isotonic';
import { CLASS_COUNT } from '../../domain/core/classes';
import type { Matrix } from '../../domain/core/matrix';
import { permutationImportance, shufflesOf } from '../../domain/select/permutation';
import { lightGbmEngine } from '../../tests/support/lightgbm-engine';
import { timeTask, type TaskTimes } from '../rounds/rounds';

const COLUMNS = 20;
const SHUFFLES = 3;

/** Our side of bench/importance.ts: `node dist/bench/importance/ours.js FOLDER REPETITIONS`, one line of JSON. */
async function main([folder = '', repetitions = '5']: readonly string[]): Promise<TaskTimes> {
  const doubles = (name: string): Float64Array =>
    new Float64Array(new Uint8Array(readFileSync(join(folder, name))).buffer);
  const scores = doubles('scores.f64');
  const positive = Uint8Array.from(doubles('outcomes.f64'));
  const data = doubles('features.f64');
  const labels = Int32Array.from(doubles('labels.f64'));
  const features: Matrix = { rows: labels.length, columns: COLUMNS, data };
  const booster = (await lightGbmEngine(1)).load(readFileSync(join(folder, 'model.txt'), 'utf8'));
  if (!booster.ok) throw new Error(booster.fault.message);
  const shuffles = shufflesOf(labels.length, SHUFFLES, 1);
  const score = (matrix: Matrix): number => -meanLogLoss(booster.value.predict(matrix), labels);
  const isotonic = (): number => {
    const curve = fitIsotonicCurve(scores, positive);
    const values = new Float64Array(scores.length);
    for (let row = 0; row < scores.length; row += 1) values[row] = isotonicValue(curve, scores[row] ?? NaN);
    return values[0] ?? NaN;
  };
  // Which rows are dealt to which differs between the sides, so the importances agree only roughly: not compared.
  const permutation = (): null => {
    permutationImportance(score, features, shuffles);
    return null;
  };
  return {
    engine: `Node ${process.version}`,
    tasks: {
      'isotonic, 100 000 rows': timeTask(isotonic, Number(repetitions)),
      'permutation importance, 4 000 × 20, 3 shuffles': timeTask(permutation, Number(repetitions)),
    },
  };
}

function meanLogLoss({ data }: Matrix, labels: Int32Array): number {
  let sum = 0;
  for (const [row, label] of labels.entries()) {
    sum -= Math.log(Math.max(Number.EPSILON, data[row * CLASS_COUNT + label] ?? NaN));
  }
  return sum / labels.length;
}

void main(process.argv.slice(2)).then((answer) => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.exit(0);
});
