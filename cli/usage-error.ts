/** Something that the person who typed can mend: one clear sentence, exit code 2. */
export class UsageError extends Error {}

export const EXIT = { done: 0, failed: 1, usage: 2, partial: 3, interrupted: 130, terminated: 143 } as const;
