import { createAttemptLog, wastedSeconds, type AttemptRecord } from '../../../shared/store/attempts';
import { createMemoryObjectStore } from '../../support/memory-object-store';

function attempt(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attemptId: 'a1',
    runId: 'demo',
    symbol: 'XAU/USD',
    stage: 'train',
    part: 'lightgbm-h20-f1',
    key: 'ab'.repeat(32),
    execution: 'execution',
    activityAttempt: 1,
    host: 'here',
    startedAtMs: 1_000,
    lastSeenMs: 5_000,
    endedAtMs: null,
    outcome: 'running',
    code: null,
    training: null,
    ...changes,
  };
}

describe('attempt log', () => {
  it('keeps one record for each attempt: the last one written', async () => {
    const log = createAttemptLog(createMemoryObjectStore());
    await log.write(attempt());
    const ended = attempt({ endedAtMs: 6_000, outcome: 'published' });
    await log.write(ended);
    expect(await log.ofRun('demo')).toEqual([ended]);
  });

  it('finds the attempts of a run and of a key, not those of a run or key beside it', async () => {
    const log = createAttemptLog(createMemoryObjectStore());
    const other = attempt({ attemptId: 'a2', key: 'cd'.repeat(32) });
    await log.write(attempt());
    await log.write(other);
    await log.write(attempt({ attemptId: 'a3', stage: 'labels' }));
    await log.write(attempt({ attemptId: 'a4', runId: 'demo2' }));
    expect((await log.ofRun('demo')).map(({ attemptId }) => attemptId).sort()).toEqual(['a1', 'a2', 'a3']);
    expect(await log.ofKey('demo', 'train', other.key)).toEqual([other]);
    expect(await log.ofKey('none', 'train', other.key)).toEqual([]);
  });

  it('asks for the attempts of one key without a look at those of the others', async () => {
    const objects = createMemoryObjectStore();
    const asked: string[] = [];
    const log = createAttemptLog({
      ...objects,
      list: (prefix) => (asked.push(prefix), objects.list(prefix)),
      get: (key) => (asked.push(key), objects.get(key)),
    });
    for (let i = 0; i < 100; i += 1) {
      await log.write(attempt({ attemptId: `b${i}`, key: String(i).padStart(64, '0') }));
    }
    const key = '5'.padStart(64, '0');
    expect((await log.ofKey('demo', 'train', key)).map(({ attemptId }) => attemptId)).toEqual(['b5']);
    expect(asked).toEqual([`runs/demo/attempts/train/${key}/`, `runs/demo/attempts/train/${key}/b5.json`]);
  });

  it('passes over a record that cannot be read: counting must not stop a report', async () => {
    const objects = createMemoryObjectStore();
    const log = createAttemptLog(objects);
    await log.write(attempt());
    await objects.put('runs/demo/attempts/train-x-1.json', Buffer.from('{"attemptId":'), { ifAbsent: false });
    await objects.put('runs/demo/attempts/train-x-2.json', Buffer.from('{"attemptId":"a9"}'), { ifAbsent: false });
    expect(await log.ofRun('demo')).toEqual([attempt()]);
  });
});

describe('wastedSeconds', () => {
  it('counts what ended without a result up to its end, and what was killed up to when it was last seen', () => {
    expect(wastedSeconds([])).toBe(0);
    expect(wastedSeconds([attempt({ outcome: 'published', endedAtMs: 90_000 })])).toBe(0);
    expect(
      wastedSeconds([
        attempt({ outcome: 'running', lastSeenMs: 5_000 }),
        attempt({ outcome: 'failed', endedAtMs: 3_000, code: 'TrainerCrashed' }),
        attempt({ outcome: 'stopped', endedAtMs: 1_500 }),
        attempt({ outcome: 'adopted', endedAtMs: 2_000 }),
        attempt({ outcome: 'published', endedAtMs: 90_000 }),
      ]),
    ).toBe(4 + 2 + 0.5 + 1);
  });
});
