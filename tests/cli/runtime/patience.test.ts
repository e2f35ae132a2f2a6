import { createPatience } from '../../../cli/runtime/patience';

/** Answers (`1`) and silences (`0`), one a second, under a patience of three seconds; the second at which it is over. */
function overAt(answers: string): number {
  let second = 0;
  const patience = createPatience(3_000, () => second * 1_000);
  return Array.from(answers).findIndex((answer) => {
    const over = patience.isOver(answer === '1');
    second += 1;
    return over;
  });
}

describe('patience', () => {
  it.each([
    ['1111111111', -1],
    ['1100000', 5],
    ['0001000100', -1],
    ['000100000', 7],
  ])('%s is over at %i', (answers, second) => {
    expect(overAt(answers)).toBe(second);
  });
});
