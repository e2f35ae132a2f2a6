import type { Fault } from '../../domain/core/result';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** Node, the libraries, and a part of the table that is being read. */
const AT_REST_BYTES = 300 * MIB;
/** Freed matrices are not given back at once: measured peaks lie up to a fifth above what is counted here. */
const SLACK = 1.2;
const DOUBLE_BYTES = 8;

/** What a fit reads and copies. */
export interface FitSize {
  readonly family: string;
  readonly foldId: string;
  /** Rows of the feature matrix: up to the end of the fold, synthetic ones included. */
  readonly rows: number;
  readonly features: number;
  /** Rows that are learnt from, at most. */
  readonly learntRows: number;
  /** `raw`: a family of single rows on features as they are; `scaled`: on a scaled copy; `windows`: a net. */
  readonly kind: 'raw' | 'scaled' | 'windows';
  readonly syntheticRows: number;
}

/**
 * About how much memory the process of a fit needs at its peak, in bytes: the matrix of doubles, the rows that are gathered
 * from it (to learn from, and to predict), and what the family makes of them: LightGBM two bytes a value for bins and their
 * order, a linear family a scaled copy, a net single-precision columns. Measured: 598 MiB at 500 000 rows of 50 features in
 * LightGBM (counted 790 MiB), 1 067 MiB at a million rows in the logistic regression (counted 1 490 MiB).
 */
export function fitBytes({ rows, features, learntRows, kind, syntheticRows }: FitSize): number {
  const matrix = DOUBLE_BYTES * features * rows;
  // Real and synthetic rows are put behind one another in a matrix of their own.
  const stacked = syntheticRows === 0 ? 0 : DOUBLE_BYTES * features * (rows - syntheticRows);
  return AT_REST_BYTES + SLACK * (matrix + stacked + familyBytes(kind, features, rows, learntRows));
}

function familyBytes(kind: FitSize['kind'], features: number, rows: number, learntRows: number): number {
  switch (kind) {
    case 'raw':
      return features * (DOUBLE_BYTES * rows + 2 * learntRows);
    case 'scaled':
      return features * (DOUBLE_BYTES * rows + DOUBLE_BYTES * learntRows);
    case 'windows':
      return (DOUBLE_BYTES / 2) * features * rows;
  }
}

/** Why a fit is not begun: it would need more memory than its process may have. null where it fits, or no limit is known. */
export function tooLarge(size: FitSize, limitBytes: number | null): Fault | null {
  const bytes = fitBytes(size);
  if (limitBytes === null || bytes <= limitBytes) return null;
  const { family, foldId, rows, features } = size;
  const message =
    `the fit of ${family} on fold ${foldId} needs about ${gib(bytes)} GiB for ${rows.toLocaleString('en')} rows of ${String(features)} features, ` +
    `and a trainer here may have ${gib(limitBytes)} GiB: keep fewer features (select.maxFeatures), take longer bars or fewer of them, ` +
    `or give the trainers more memory (CANDLEWICK_TRAINER_MEMORY_MB where it is set, else the machine)`;
  return { code: 'FitTooLarge', message, details: { bytes: Math.round(bytes), limitBytes, rows, features } };
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}
