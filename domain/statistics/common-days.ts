/** Daily returns with their dates, ascending, in any text that sorts as the dates do. */
export interface DatedReturns {
  readonly dates: readonly string[];
  readonly returns: readonly number[];
}

/** Returns of several trials on the same dates. */
export interface CommonDays {
  readonly dates: readonly string[];
  /** One series for each trial that takes part. */
  readonly returns: readonly Float64Array[];
}

/** A trial that lacks more of the reference's dates than this was evaluated on other days and is not put beside it. */
const LEAST_SHARED = 0.9;

/**
 * The trials on their common dates: those that have at least nine tenths of the dates of `reference`, on the dates that
 * all of them have. A trial without a return on a date is never given one of 0.
 */
export function commonDays(reference: readonly string[], trials: readonly DatedReturns[]): CommonDays {
  const byDate = trials
    .map(({ dates, returns }) => new Map(dates.map((date, i) => [date, returns[i] ?? NaN])))
    .filter((days) => {
      const shared = reference.filter((date) => days.has(date)).length;
      return shared > 0 && shared >= LEAST_SHARED * reference.length;
    });
  const dates = reference.filter((date) => byDate.every((days) => days.has(date)));
  return {
    dates,
    returns: byDate.map((days) => Float64Array.from(dates, (date) => days.get(date) ?? NaN)),
  };
}
