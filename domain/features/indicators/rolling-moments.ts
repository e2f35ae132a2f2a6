import { History } from './history';
import { Scratch } from './scratch';

/** Of the window at each value the mean, and the sum of the squared distances from it. */
export interface Moments {
  readonly means: Float64Array;
  /** Exactly 0 where all values of the window are equal. */
  readonly squares: Float64Array;
}

/** Joins so many spans, four first: their loops are written out below. */
const WRITTEN_OUT = [4, 5] as const;

/**
 * Mean and spread of the last `size` values, put together as in `RollingSum`: of four neighbours, of five such fours, and so
 * on. Spans are joined by their means (Chan, Golub and LeVeque 1983), so that no digits are lost where the mean is far from
 * zero.
 */
export class RollingMoments {
  private readonly history: History;
  private readonly steps: readonly { readonly parts: number; readonly means: Scratch; readonly squares: Scratch }[];

  constructor(size: number) {
    this.history = new History(size - 1);
    this.steps = factorsOf(size).map((parts) => ({ parts, means: new Scratch(), squares: new Scratch() }));
  }

  /** Both at each value of the next chunk, NaN before the first whole window; they hold until the next call. */
  fill(chunk: Float64Array): Moments {
    const values = this.history.extend(chunk);
    let spans: Moments = { means: values, squares: NOTHING };
    let length = 1;
    for (const { parts, means, squares } of this.steps) {
      const rows = spans.means.length - (parts - 1) * length;
      const joined = { means: means.of(rows), squares: squares.of(rows) };
      if (length === 1) joinValues(values, parts, joined);
      else if (parts === 5) joinFive(spans, length, joined);
      else joinMany(spans, length, parts, joined);
      spans = joined;
      length *= parts;
    }
    return spans;
  }
}

/** Population standard deviation (divisor n) of the last `size` values; exactly 0 for equal ones. TA-Lib: STDDEV. */
export class RollingDeviation {
  private readonly moments: RollingMoments;

  constructor(private readonly size: number) {
    this.moments = new RollingMoments(size);
  }

  /** The deviation at each value of the next chunk; holds until the next call. */
  fill(values: Float64Array): Float64Array {
    const { squares } = this.moments.fill(values);
    const share = 1 / this.size;
    for (let i = 0; i < squares.length; i += 1) squares[i] = Math.sqrt((squares[i] ?? NaN) * share);
    return squares;
  }
}

const NOTHING = new Float64Array(0);

/** What a window is cut into, cut into, and so on: 60 is 4 · 5 · 3. */
function factorsOf(size: number): readonly number[] {
  const factors: number[] = [];
  let rest = size;
  for (const factor of [...WRITTEN_OUT, 2, 3]) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  return rest === 1 ? factors : [...factors, rest];
}

/** The first step: of each `parts` neighbours. */
function joinValues(values: Float64Array, parts: number, joined: Moments): void {
  if (parts === 4) joinFourValues(values, joined);
  else joinMany({ means: values, squares: new Float64Array(values.length) }, 1, parts, joined);
}

function joinFourValues(values: Float64Array, { means, squares }: Moments): void {
  let a = values[0] ?? NaN;
  let b = values[1] ?? NaN;
  let c = values[2] ?? NaN;
  for (let i = 0; i < means.length; i += 1) {
    const d = values[i + 3] ?? NaN;
    const older = 0.5 * (a + b);
    const newer = 0.5 * (c + d);
    const between = newer - older;
    means[i] = 0.5 * (older + newer);
    squares[i] = 0.5 * ((b - a) * (b - a) + (d - c) * (d - c)) + between * between;
    a = b;
    b = c;
    c = d;
  }
}

/** Distances are taken from the first span's mean, which costs no digits: none of them is larger than the spread is. */
function joinFive({ means, squares }: Moments, length: number, joined: Moments): void {
  const [two, three, four] = [2 * length, 3 * length, 4 * length];
  const { means: newMeans, squares: newSquares } = joined;
  for (let i = 0; i < newMeans.length; i += 1) {
    const first = means[i] ?? NaN;
    const b = (means[i + length] ?? NaN) - first;
    const c = (means[i + two] ?? NaN) - first;
    const d = (means[i + three] ?? NaN) - first;
    const e = (means[i + four] ?? NaN) - first;
    const sum = b + c + (d + e);
    const older = (squares[i] ?? NaN) + (squares[i + length] ?? NaN) + (squares[i + two] ?? NaN);
    const newer = (squares[i + three] ?? NaN) + (squares[i + four] ?? NaN);
    newMeans[i] = first + sum * 0.2;
    newSquares[i] = older + newer + length * (b * b + c * c + (d * d + e * e) - sum * sum * 0.2);
  }
}

/** The same for any number of parts. */
function joinMany({ means, squares }: Moments, length: number, parts: number, joined: Moments): void {
  const { means: newMeans, squares: newSquares } = joined;
  const end = parts * length;
  for (let i = 0; i < newMeans.length; i += 1) {
    const first = means[i] ?? NaN;
    let inside = squares[i] ?? NaN;
    let sum = 0;
    let distances = 0;
    for (let k = length; k < end; k += length) {
      const distance = (means[i + k] ?? NaN) - first;
      sum += distance;
      distances += distance * distance;
      inside += squares[i + k] ?? NaN;
    }
    newMeans[i] = first + sum / parts;
    newSquares[i] = inside + length * (distances - (sum * sum) / parts);
  }
}
