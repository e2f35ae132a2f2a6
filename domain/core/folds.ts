import type { RowRange } from './rows';

/**
 * One fold: four parts of row ranges, none of whose label intervals meet.
 *
 * `stopping` and `choosing` are the two halves in time of the validation part: early stopping and the fit of calibrators
 * use the first, the choice between calibrators the second. `test` stays untouched until evaluation.
 */
export interface Fold {
  readonly id: string;
  readonly train: readonly RowRange[];
  readonly stopping: readonly RowRange[];
  readonly choosing: readonly RowRange[];
  readonly test: readonly RowRange[];
  /** Where the series was cut into groups: the number of the group of each range of `test`. */
  readonly testGroups?: readonly number[] | undefined;
  /** Close instants of the first and last bar of each part before purging, for people and reports. */
  readonly boundaries: Readonly<Record<FoldPart, readonly [fromMs: number, toMs: number]>>;
  /** The same for each stretch of a part, where parts have several. */
  readonly spans?: Readonly<Record<FoldPart, readonly (readonly [fromMs: number, toMs: number])[]>> | undefined;
  /** Rows taken out of each part by purge and embargo. */
  readonly purged: Readonly<Record<FoldPart, number>>;
}

export const FOLD_PARTS = ['train', 'stopping', 'choosing', 'test'] as const;
export type FoldPart = (typeof FOLD_PARTS)[number];
