import { otherTrainer, ownerText, parseOwner } from '../../../activities/support/line-owner';
import type { Surveyor } from '../../../activities/support/line-owner';

const NOW_MS = 1_900_000_000_000;
const MINUTE_MS = 60_000;
const here = (alive: readonly number[]): Surveyor => ({
  host: 'here',
  nowMs: NOW_MS,
  isAlive: (pid) => alive.includes(pid),
});
const heldBy = (owner: string, silentMs = 0) => ({ fence: 3, owner, lastSignMs: NOW_MS - silentMs });
const other = (holder: ReturnType<typeof heldBy> | null, alive: readonly number[] = [], checkpointSeconds = 30) =>
  otherTrainer(holder, 'own', checkpointSeconds, here(alive));

it('is written and read again, whatever the run is called', () => {
  expect(parseOwner(ownerText('a/retry-1'))).toEqual({
    host: expect.any(String) as string,
    pid: process.pid,
    runId: 'a/retry-1',
  });
  expect(parseOwner('somebody')).toBeNull();
});

describe('the other trainer of a line', () => {
  it('is nobody where the line is free, or held by somebody who cannot be asked', () => {
    expect(other(null)).toBeNull();
    expect(other(heldBy('somebody'))).toBeNull();
  });

  it('is never the run itself: its next attempt takes over at once, from an attempt that still lives too', () => {
    expect(other(heldBy('here#7 for own'), [7])).toBeNull();
    expect(other(heldBy('there#7 for own'))).toBeNull();
  });

  it('is a process of this machine while it is there', () => {
    expect(other(heldBy('here#7 for b', 9 * MINUTE_MS), [7])).toEqual({ host: 'here', pid: 7, runId: 'b' });
    expect(other(heldBy('here#7 for b'), [8])).toBeNull();
  });

  it('is not a process that was silent for so long that another program may have its number', () => {
    expect(other(heldBy('here#7 for b', 11 * MINUTE_MS), [7])).toBeNull();
  });

  it('is a process elsewhere as long as its checkpoints come', () => {
    expect(other(heldBy('there#7 for b', MINUTE_MS))?.host).toBe('there');
    expect(other(heldBy('there#7 for b', 3 * MINUTE_MS))).toBeNull();
    expect(other(heldBy('there#7 for b', 3 * MINUTE_MS), [], 60)?.host).toBe('there');
  });
});
