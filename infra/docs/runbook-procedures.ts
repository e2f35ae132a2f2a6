import type { ErrorCode } from '../../shared/names/errors';
import { COMPUTE_PROCEDURES } from './procedures/compute';
import { INPUT_PROCEDURES } from './procedures/input';
import type { Procedure } from './procedures/procedure';
import { RUN_PROCEDURES } from './procedures/run';
import { STORAGE_PROCEDURES } from './procedures/storage';

/** By code. A new code of the error table needs its entry in one of these: the type and a test say so. */
export const PROCEDURES: Readonly<Record<ErrorCode, Procedure>> = {
  ...INPUT_PROCEDURES,
  ...COMPUTE_PROCEDURES,
  ...STORAGE_PROCEDURES,
  ...RUN_PROCEDURES,
};
