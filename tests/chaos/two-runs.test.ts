import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import type { Published } from '../support/chaos-store';
import { attemptsOf, contradictions, damagedIn, markersOf, publishedIn } from '../support/chaos-store';

const TEST_LIMIT_MS = 300_000;

describe('two runs at once on one state folder', () => {
  const homes: ChaosHome[] = [];

  afterAll(() => {
    for (const home of homes) home.destroy();
  });

  function newHome(): ChaosHome {
    const home = createChaosHome();
    homes.push(home);
    return home;
  }

  it(
    'both end well, with the results of a run alone, and no key is published twice',
    async () => {
      const alone = newHome();
      const expected = resultOf(await alone.run('alone').ended);
      const expectedResults: Published = publishedIn(alone.storeRoot);
      expect(await alone.stopAll()).toEqual([]);

      const shared = newHome();
      const both = [shared.run('first'), shared.run('second')];
      const documents = (await Promise.all(both.map(({ ended }) => ended))).map(resultOf);
      expect(documents.map(({ status }) => status)).toEqual(['done', 'done']);
      expect(documents.map(({ symbols }) => symbols)).toEqual([expected.symbols, expected.symbols]);

      expect(publishedIn(shared.storeRoot)).toEqual(expectedResults);
      expect(damagedIn(shared.storeRoot)).toEqual([]);
      const attempts = [
        ...(await attemptsOf(shared.storeRoot, 'first')),
        ...(await attemptsOf(shared.storeRoot, 'second')),
      ];
      expect(contradictions(markersOf(shared.storeRoot), attempts)).toEqual([]);
      const published = attempts
        .filter(({ outcome }) => outcome === 'published')
        .map(({ stage, key }) => `${stage} ${key}`);
      expect(published.sort()).toEqual(Object.keys(expectedResults).sort());

      // What both had published is found by whoever comes later.
      expect(resultOf(await shared.run('third').ended).symbols).toEqual(expected.symbols);
      expect(await attemptsOf(shared.storeRoot, 'third')).toEqual([]);
      expect(await shared.stopAll()).toEqual([]);
    },
    TEST_LIMIT_MS,
  );
});

function resultOf({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }) {
  if (code !== 0) throw new Error(`the command ended with ${String(code)}:\n${stderr}`);
  return JSON.parse(stdout) as { readonly status: string; readonly symbols: readonly unknown[] };
}
