import { emptyMatrix, type Matrix } from '../../domain/core/matrix';
import { randomFromSeed } from '../../domain/core/random';
import type { Result } from '../../domain/core/result';
import type { RowFamily } from '../../domain/models/contract';
import type { RankedRows } from '../../domain/select/select-features';
import { rankingBy } from '../../activities/support/rank-features';
import { unwrap } from '../../activities/support/stage-fault';
import { realEngines } from './bench';

const ROWS = 2_000;

/** A wave that decides the class, a blurred copy of it, and noise. */
function ranked(): RankedRows {
  const random = randomFromSeed(5);
  const features = emptyMatrix(ROWS, 3);
  const labels = new Int32Array(ROWS);
  for (let r = 0; r < ROWS; r += 1) {
    const signal = random.normal();
    features.data.set([random.normal(), signal, signal + 2 * random.normal()], 3 * r);
    const seen = signal + 0.5 * random.normal();
    labels[r] = seen < -0.5 ? 0 : seen > 0.5 ? 2 : 1;
  }
  return { features, names: ['noise', 'signal', 'blurred'], rows: labels.map((_, r) => r), labels, horizonBars: 8 };
}

let family: RowFamily;

beforeAll(async () => {
  const found = unwrap((await realEngines()).registry.get('lightgbm'));
  if (found.kind !== 'rows') throw new Error('LightGBM is a family of rows');
  family = found;
});

describe.each(['gain', 'permutation'] as const)('ranking by %s', (method) => {
  it('puts first what decides the class, and gives the same numbers again', async () => {
    const rank = rankingBy(family, { method, seed: 1, purgeBars: 20 });
    const found = unwrap(await rank(ranked()));
    expect(found[1]).toBeGreaterThan(5 * Math.abs(found[2]!));
    expect(found[1]).toBeGreaterThan(5 * Math.abs(found[0]!));
    expect(unwrap(await rank(ranked()))).toEqual(found);
    if (method === 'gain') expect(found.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe('ranking', () => {
  it('leaves the longest label out between what is learnt from and what is held out', async () => {
    const seen: { train: Matrix; held: Matrix }[] = [];
    const spy: RowFamily = {
      ...family,
      fit: (train, held, params, context) => {
        seen.push({ train: train.features, held: held.features });
        return family.fit(train, held, params, context);
      },
    };
    unwrap(await rankingBy(spy, { method: 'gain', seed: 1, purgeBars: 20 })(ranked()));
    expect(seen.map(({ train, held }) => [train.rows, held.rows])).toEqual([[1_480, 500]]);
  });

  it('says in one sentence that a part is too short', async () => {
    const found: Result<Float64Array> = await rankingBy(family, { method: 'gain', seed: 1, purgeBars: 5_000 })(
      ranked(),
    );
    expect(found).toMatchObject({ ok: false, fault: { code: 'InvalidFeatures' } });
    expect(found.ok ? '' : found.fault.message).toMatch(/2000 rows .* too few .* 5000 bars .* select.method to 'none'/);
  });
});
