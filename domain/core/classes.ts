/**
 * The three classes of a triple-barrier label, in the order of every probability vector: column 0 is down (the lower
 * barrier was touched first), 1 is timeout (neither was), 2 is up.
 */
export const CLASS_NAMES = ['down', 'timeout', 'up'] as const;
export type ClassName = (typeof CLASS_NAMES)[number];
/** The same columns where labels are seen from the side that a primary rule took (meta-labels). */
export const META_CLASS_NAMES = ['wrong', 'timeout', 'right'] as const;
export const CLASS_COUNT = CLASS_NAMES.length;

/** Marks a row that has no class: ambiguous, not settled yet, or without a usable barrier. */
export const NO_CLASS = -1;
