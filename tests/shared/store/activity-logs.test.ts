import { createActivityLogStore } from '../../../shared/store/activity-logs';
import { createMemoryObjectStore } from '../../support/memory-object-store';

const AT = { runId: 'run-1', activityId: 'train-lstm-A/B-h20+60-f0', attempt: 1 };

it('stands where its run, activity and attempt say, and is read back', async () => {
  const logs = createActivityLogStore(createMemoryObjectStore());
  expect(await logs.write(AT, 'what happened: 🕯')).toBe('memory/runs/run-1/logs/train-lstm-A%2FB-h20%2B60-f0-1.txt');
  const [only, ...others] = await logs.list('run-1');
  expect(only).toMatchObject({ activityId: AT.activityId, attempt: 1, time: 1 });
  expect(others).toEqual([]);
  expect(await logs.read(only!)).toBe('what happened: 🕯');
});

it('never replaces the log of an earlier execution with the same attempt number', async () => {
  const logs = createActivityLogStore(createMemoryObjectStore());
  for (const text of ['first', 'second', 'third']) await logs.write(AT, text);
  const all = await logs.list('run-1');
  expect(all.map(({ time }) => time)).toEqual([1, 2, 3]);
  expect(await Promise.all(all.map((log) => logs.read(log)))).toEqual(['first', 'second', 'third']);
  for (let more = 0; more < 20; more += 1) await logs.write(AT, `more ${String(more)}`);
  expect(await logs.list('run-1')).toHaveLength(9);
});

it('keeps the first and the last twenty of an activity that is tried for ever', async () => {
  const logs = createActivityLogStore(createMemoryObjectStore());
  for (let attempt = 1; attempt <= 60; attempt += 1) await logs.write({ ...AT, attempt }, 'x');
  const kept = (await logs.list('run-1')).map(({ attempt }) => attempt);
  expect(kept).toEqual([1, ...Array.from({ length: 20 }, (_, at) => 41 + at)]);
});
