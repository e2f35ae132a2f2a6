import type { FitTask } from '../../shared/contracts/stages';
import { SMALL_RUN, asActivity, failureOf, openBench, realEngines, scopeOf } from './bench';
import type { Bench } from './bench';
import { output } from './symbol-path';

let bench: Bench;
beforeAll(async () => {
  bench = openBench(await realEngines());
});

/** The splits of the small run: 1 500 hours, whose validation part is halved to some 150. */
async function splits(changes: object) {
  const scope = await scopeOf(bench, { ...SMALL_RUN, ...changes });
  const raw = { timeframeMs: 3_600_000 };
  const ingested = await asActivity(() => bench.activities.ingest({ scope }));
  const facts = ingested.facts as Parameters<typeof bench.activities.clean>[0]['raw'];
  const cleaned = await asActivity(() =>
    bench.activities.clean({ scope, rawBars: output(ingested, 'rawBars'), raw: { ...facts, ...raw } }),
  );
  const bars = output(cleaned, 'bars');
  const labelled = await asActivity(() => bench.activities.labels({ scope, bars }));
  return asActivity(() => bench.activities.splits({ scope, bars, labels: labelled.outputs }));
}

/** 62 days of hours: two test parts of twelve days, and a last one of some 60 rows. */
const SHORT_LAST_TEST = {
  splits: {
    scheme: 'walkForward',
    minPartRows: 20,
    walkForward: { firstTrainDays: 20, validationDays: 16, testDays: 12 },
  },
};
const foldsOf = async (changes: object): Promise<number> => {
  const { facts } = await splits(changes);
  return new Set((facts.tasks as FitTask[]).map(({ foldId }) => foldId)).size;
};

describe('splits where nets are trained', () => {
  const mlp = { models: { mlp: { enabled: true } } };

  it('refuse a lookback longer than a part before anything is fitted, and say so', async () => {
    const failure = await failureOf(splits({ ...mlp, nets: { lookback: 400 } }));
    expect(failure).toMatchObject({ type: 'InvalidSplits', nonRetryable: true });
    expect(failure.message).toContain('a part must hold one window of nets.lookback, 400 bars');
    await expect(splits({ nets: { lookback: 400 } })).resolves.toMatchObject({ stage: 'splits' });
  });

  it('leave out a last test part that holds no window, which would fail the symbol after all other fits', async () => {
    const nets = { lookback: 70 };
    expect(await foldsOf({ ...SHORT_LAST_TEST, nets })).toBe(3);
    expect(await foldsOf({ ...SHORT_LAST_TEST, nets, ...mlp })).toBe(2);
  });
});
