import { createStageActivities } from '../../activities';
import { failureOf, SMALL_RUN, createInProcessPool, openBench, realEngines, scopeOf } from './bench';
import { runSymbolPath } from './symbol-path';

describe('a fit that is larger than its process may be', () => {
  it.each(['lightgbm', 'logistic', 'mlp'])('is not begun and not tried again: %s', async (family) => {
    const off = { majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false } };
    const bench = openBench(await realEngines());
    const context = { ...bench.context, memoryBytes: 1_000_000 };
    const activities = createStageActivities({ context, pool: createInProcessPool(context) });
    const scope = await scopeOf(bench, {
      ...SMALL_RUN,
      models: { ...off, [family]: { enabled: true } },
      nets: { lookback: 6, batchSize: 64, maxEpochs: 1 },
    });
    const failure = await failureOf(runSymbolPath(activities, scope));
    expect(failure).toMatchObject({ type: 'FitTooLarge', nonRetryable: true });
    expect(failure.message).toMatch(
      new RegExp(`the fit of ${family} on fold f0 needs about 0\\.3 GiB for 1,500 rows of 4 features`),
    );
  });
});
