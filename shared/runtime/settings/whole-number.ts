import { z } from 'zod';

/** An environment variable that holds a whole number. */
export const wholeNumber = z.string().regex(/^\d+$/, 'expected a whole number').transform(Number);
