import { randomFromState, type RandomState } from '../../domain/core/random';

/** An epoch's order, and the state of the generator after it was drawn. */
export interface EpochOrder {
  readonly rows: Int32Array;
  readonly next: RandomState;
}

/** The rows in random order (Fisher and Yates), drawn from the given state of the generator. */
export function shuffleRows(rows: Int32Array, from: RandomState): EpochOrder {
  const random = randomFromState(from);
  const order = rows.slice();
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = random.integer(i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return { rows: order, next: random.state() };
}
