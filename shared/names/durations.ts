/** As `domain/core/durations` has it, for rooms that know no mathematics. */
export const DAY_MS = 86_400_000;
