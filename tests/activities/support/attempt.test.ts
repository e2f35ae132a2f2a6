import { beginAttempt } from '../../../activities/support/attempt';
import type { AttemptLog, AttemptRecord } from '../../../shared/store/attempts';

const ABOUT: Parameters<typeof beginAttempt>[1] = {
  runId: 'run',
  symbol: 'AAA',
  stage: 'train',
  part: 'lstm',
  key: 'ab',
  execution: 'one',
  activityAttempt: 1,
};

/** A log that answers what it is told to, and keeps what it took. */
function fakeLog(refuses: () => boolean) {
  const taken: AttemptRecord[] = [];
  const log: AttemptLog = {
    write: (record) => {
      if (refuses()) return Promise.reject(new Error('no space left'));
      taken.push(record);
      return Promise.resolve();
    },
    ofRun: () => Promise.resolve([]),
    ofKey: () => Promise.resolve([]),
  };
  return { log, taken };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('an attempt is entered before it starts and says from time to time that it is alive, with where it is', async () => {
  const { log, taken } = fakeLog(() => false);
  const attempt = await beginAttempt(log, ABOUT);
  expect(taken).toMatchObject([{ outcome: 'running', endedAtMs: null, training: null }]);
  attempt.trained({ step: 7, savedStep: 4, resumedAtStep: 0 });
  await jest.advanceTimersByTimeAsync(600);
  expect(taken.at(-1)).toMatchObject({ outcome: 'running', training: { step: 7, savedStep: 4, resumedAtStep: 0 } });
  await attempt.end('published', null);
  const entries = taken.length;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(taken).toHaveLength(entries);
});

it('an end that a full store refuses is told, and entered as soon as there is room', async () => {
  let isFull = false;
  const { log, taken } = fakeLog(() => isFull);
  const attempt = await beginAttempt(log, ABOUT);
  isFull = true;
  await expect(attempt.end('failed', 'StorageFull')).rejects.toThrow('no space left');
  await jest.advanceTimersByTimeAsync(3_500);
  expect(taken.at(-1)).toMatchObject({ outcome: 'running' });
  isFull = false;
  await jest.advanceTimersByTimeAsync(1_500);
  expect(taken.at(-1)).toMatchObject({ outcome: 'failed', code: 'StorageFull' });
  const entries = taken.length;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(taken).toHaveLength(entries);
});
