/** Commands and sentences that more than one procedure needs. */
export const FAILURES = './candlewick failures <run>';
export const OF_ACTIVITY = './candlewick failures <run> <symbol> <activity>';
export const LOGS = './candlewick logs <run> <activity>';
export const RETRY = './candlewick retry <run> <symbol>';
export const NOW = './candlewick retry <run> <symbol> <activity>   # now, not after the back-off';
export const DOCTOR = './candlewick doctor';
export const GOES_ON =
  '`./candlewick failures <run>` does not name the activity any more, and `status` counts steps again.';
export const SYMBOL_DONE = 'the retry ends with exit code 0 and `./candlewick failures <run>` says `no failures`.';
export const INPUT_SEES =
  'One symbol failed, the others went on; exit code 3. `failures` has the counts and the first offending rows.';
