import { interruptionLine, interruptionSummary, interruptions } from '../../../cli/views/interruption-lines';
import type { AttemptRecord } from '../../../shared/store/attempts';

const NOON_MS = Date.UTC(2030, 0, 1, 12);

const attempt = (given: Partial<AttemptRecord>): AttemptRecord => ({
  ...{ attemptId: 'a', runId: 'run', symbol: 'AAA', stage: 'train', part: 'lstm-h20-f0', key: 'ab', execution: 'one' },
  ...{ activityAttempt: 1, host: 'here#7', startedAtMs: NOON_MS, lastSeenMs: NOON_MS + 4_000, endedAtMs: null },
  ...{ outcome: 'running', code: null, training: null },
  ...given,
});
const training = { resumedAtStep: 0, step: 50, savedStep: 37, savedAtMs: NOON_MS + 3_000 };

it('says of every interruption what happened, when, and what it cost', () => {
  const ended = { endedAtMs: NOON_MS + 4_000 };
  expect(interruptionLine(attempt({ ...ended, outcome: 'failed', code: 'TrainerCrashed', training }))).toBe(
    'AAA  train lstm-h20-f0  TrainerCrashed at 12:00:04 UTC: 13 updates and 1.0 s thrown away',
  );
  const stopped = { ...training, savedStep: 50, savedAtMs: NOON_MS + 4_000 };
  expect(interruptionLine(attempt({ ...ended, outcome: 'stopped', training: stopped }))).toBe(
    'AAA  train lstm-h20-f0  stopped in order at 12:00:04 UTC: 0 updates and 0.0 s thrown away',
  );
  expect(interruptionLine(attempt({ ...ended, outcome: 'stopped', code: 'Fenced', training }))).toContain('Fenced at');
  expect(interruptionLine(attempt({ stage: 'clean', part: '' }))).toBe(
    'AAA  clean  WorkerLost at 12:00:04 UTC: 4.0 s thrown away',
  );
});

it('does not take what may still run, or was published, for an interruption', () => {
  const found = interruptions(
    [
      attempt({ attemptId: 'late', outcome: 'failed', code: 'OutOfMemory', startedAtMs: NOON_MS + 1 }),
      attempt({ attemptId: 'published', outcome: 'published' }),
      attempt({ attemptId: 'alive', lastSeenMs: NOON_MS + 29_000 }),
      attempt({ attemptId: 'lost' }),
    ],
    NOON_MS + 30_000,
  );
  expect(found.map(({ attemptId }) => attemptId)).toEqual(['lost', 'late']);
});

it('sums them up in one sentence', () => {
  expect(interruptionSummary('run', [])).toBeNull();
  expect(interruptionSummary('run', [attempt({ training })])).toBe(
    'interrupted once: 13 updates and 1.0 s thrown away (./candlewick failures run)',
  );
  expect(interruptionSummary('run', [attempt({ training }), attempt({ stage: 'clean' })])).toBe(
    'interrupted 2 times: 13 updates and 5.0 s thrown away (./candlewick failures run)',
  );
});
