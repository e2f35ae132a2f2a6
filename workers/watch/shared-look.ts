/** Asks for something, or answers with what was learnt a moment ago: for those who look at the same thing. */
export type Look<T> = () => Promise<T>;

/** One question at a time, and none within `freshMs` of an answer. What fails is asked again at once. */
export function sharedLook<T>(ask: Look<T>, freshMs: number, nowMs: () => number = Date.now): Look<T> {
  let known: { readonly answer: T; readonly atMs: number } | null = null;
  let asking: Promise<T> | null = null;
  return () => {
    if (known !== null && nowMs() - known.atMs < freshMs) return Promise.resolve(known.answer);
    asking ??= ask()
      .then((answer) => {
        known = { answer, atMs: nowMs() };
        return answer;
      })
      .finally(() => (asking = null));
    return asking;
  };
}
