import { z } from 'zod';

const candidateShape = {
  bars: z.int().positive(),
  upAtr: z.number().positive(),
  downAtr: z.number().positive(),
};

/** Barriers with what they are worth; null where they leave too few labels to say. */
const judgedSchema = z.strictObject({
  ...candidateShape,
  /** On the rows that were searched. */
  searched: z.number().nullable(),
  /** On the later rows of the first training part, which the search has not seen. */
  unseen: z.number().nullable(),
});

/** What the search found for one horizon, and why these barriers were taken. */
const foundBarriersSchema = z.strictObject({
  /** The configured length, by which the horizon is named. */
  horizonBars: z.int().positive(),
  configured: judgedSchema,
  symmetric: judgedSchema,
  /** null where none that differ were looked for. */
  asymmetric: judgedSchema.nullable(),
  taken: z.enum(['symmetric', 'asymmetric']),
});
export type FoundBarriersRecord = z.infer<typeof foundBarriersSchema>;

/** The result of stage `barriers`. Labels are made with these. */
export const barriersSchema = z.strictObject({
  objective: z.enum(['balance', 'uniqueness', 'expectancy']),
  horizons: z.array(foundBarriersSchema).min(1),
});

const scoredSchema = z.strictObject({ candidate: z.strictObject(candidateShape), score: z.number().nullable() });
const word = z.int().min(0).max(0xffffffff);

/** A checkpoint of the search: where it stands. */
export const barrierSearchSchema = z.strictObject({
  found: z.array(foundBarriersSchema),
  generationsDone: z.int().nonnegative(),
  symmetric: scoredSchema.nullable(),
  generations: z
    .strictObject({
      done: z.int().positive(),
      population: z.array(scoredSchema).min(1),
      random: z.strictObject({ words: z.tuple([word, word, word, word]), spareNormal: z.number().nullable() }),
    })
    .nullable(),
});
