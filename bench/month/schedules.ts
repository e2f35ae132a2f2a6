export const MONTH_SET = 'month';
export const SCHEDULE_ID = `retrain-${MONTH_SET}`;

const RUN = {
  preset: 'quick',
  labels: { horizons: [{ bars: 8, upAtr: 1.5, downAtr: 1.5 }] },
  evaluation: { bootstrapSamples: 50 },
};

/** The schedule as it should be: 22:30 in New York on weekdays. */
export function goodSchedule(paths: readonly string[]): object {
  return { retrain: { set: MONTH_SET, config: { ...RUN, source: source(paths) } } };
}

/** The same with a mistake in it: nothing is trained but the forecast of the class shares. */
export function worseSchedule(paths: readonly string[]): object {
  const models = { logistic: { enabled: false }, lightgbm: { enabled: false } };
  return { retrain: { set: MONTH_SET, config: { ...RUN, models, source: source(paths) } } };
}

function source(paths: readonly string[]): object {
  return { kind: 'files', paths, stamp: 'close' };
}
