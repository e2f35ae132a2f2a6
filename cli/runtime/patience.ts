/** How long somebody who gave no answer is asked again. */
export interface Patience {
  /** Notes whether an answer came; returns whether there has been none for too long. */
  readonly isOver: (answered: boolean) => boolean;
}

export function createPatience(patienceMs: number, nowMs: () => number): Patience {
  let silentSinceMs: number | null = null;
  return {
    isOver: (answered) => {
      if (answered) silentSinceMs = null;
      else silentSinceMs ??= nowMs();
      return silentSinceMs !== null && nowMs() - silentSinceMs >= patienceMs;
    },
  };
}
