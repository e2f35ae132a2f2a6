import { createTrialLedger } from '../../shared/store/trial-ledger';
import { entryKey, headKey } from '../../shared/store/trial-keys';
import { runRecordKey } from '../../shared/store/run-files';
import type { CliHome } from '../support/cli';
import { openCliHome } from '../support/cli';
import { fakeRunRecord } from '../support/run-record';
import { trialOf } from '../shared/store/trial-ledger-cases';

let home: CliHome;
beforeEach(async () => {
  home = await openCliHome();
});
afterEach(() => home.close());

const AT = '2026-03-02T06:00:00.000Z';
const enter = (symbol: string, numbers: readonly number[]) =>
  createTrialLedger(home.store.objects).enter(
    'metals',
    symbol,
    numbers.map((number) => trialOf(number)),
    AT,
  );

/** A run whose record names the head of a ledger, as `recordSymbol` leaves it. */
async function recordedRun(symbol: string, head: { readonly length: number; readonly sha256: string }): Promise<void> {
  const record = fakeRunRecord({ symbols: 1 });
  const overfitting = {
    ...{ study: 'metals', broken: null, head, trials: 3, sharpeVariance: 0, usedVariance: 0, meanCorrelation: null },
    ...{ expectedMaximum: 0, pbo: null, models: [] },
  };
  const symbols = record.symbols.map((one) => ({ ...one, symbol, overfitting }));
  await home.store.objects.put(runRecordKey(record.runId), Buffer.from(JSON.stringify({ ...record, symbols })), {
    ifAbsent: false,
  });
}

describe('candlewick trials', () => {
  it('says that nothing is entered, then lists ledgers and trials', async () => {
    expect(await home.cli(['trials'])).toMatchObject({ exitCode: 0, stdout: 'no trials are entered\n' });
    await enter('XAG', [1, 2]);
    await enter('XAU', [3]);
    const all = await home.cli(['trials']);
    expect(all.exitCode).toBe(0);
    expect(all.stdout).toMatch(/metals +XAG +2 +2 .*verified/);
    expect(all.stdout).toMatch(/metals +XAU +1 +1 .*verified/);
    const one = await home.cli(['trials', '--study', 'metals', '--symbol', 'XAG']);
    expect(one.stdout).toMatch(/metals +XAG +2 .*logistic +20 bars +0\.0200 +250/);
    expect(one.stdout).not.toContain('XAU');
    const json = JSON.parse((await home.cli(['trials', '--json'])).stdout) as { ledgers: { entries: unknown[] }[] };
    expect(json.ledgers.map(({ entries }) => entries.length)).toEqual([2, 1]);
  });

  it('ends with 1 and one sentence where an entry was edited, and goes on with the other ledgers', async () => {
    await enter('XAG', [1, 2]);
    await enter('XAU', [3]);
    const key = entryKey('metals', 'XAG', 1);
    const text = Buffer.from((await home.store.objects.get(key)) ?? '').toString('utf8');
    await home.store.objects.put(key, Buffer.from(text.replace('"days":250', '"days":900')), { ifAbsent: false });
    const { exitCode, stdout } = await home.cli(['trials']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/BROKEN the trial ledger studies\/metals\/XAG is broken: entry 1 is not the one/);
    expect(stdout).toMatch(/XAU .*verified/);
  });

  it('a tail that was cut with all that spoke for it is seen against the record of a run, and a ledger that is gone too', async () => {
    const { head } = await enter('XAG', [1, 2, 3]);
    if (head === null) throw new Error('no head');
    await recordedRun('XAG', head);
    expect((await home.cli(['trials'])).exitCode).toBe(0);
    for (const gone of [entryKey('metals', 'XAG', 3), headKey('metals', 'XAG', 3)])
      await home.store.objects.remove(gone);
    const cut = await home.cli(['trials']);
    expect(cut.exitCode).toBe(1);
    expect(cut.stdout).toContain('it has 2 entries, 3 were seen before');
    for (const key of await home.store.objects.list('studies/')) await home.store.objects.remove(key);
    expect((await home.cli(['trials'])).stdout).toContain('it has 0 entries, 3 were seen before');
  });
});
