import { DAY_MS } from '../domain/core/durations';
import type { RowRange } from '../domain/core/rows';
import { createFeatureDiagnoser, diagnoseTarget } from '../domain/statistics/diagnose';
import { explosiveTest } from '../domain/statistics/explosive';
import type { ArtifactRef } from '../shared/contracts/artifact';
import { diagnosisSchema, isFound, type ExplosivePrice } from '../shared/contracts/diagnosis';
import { diagnoseInputSchema, type DiagnoseInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { Artifacts } from '../shared/store/artifacts';
import { float64Column, int32Column, openTable } from '../shared/tables/table-store';
import { firstPartMaterial } from './support/first-part';
import { judgedFeatures, judgedTargets, type TestedFeature, type TestedTarget } from './support/judged-diagnosis';
import { featureNames, isClockwork } from './support/market-features';
import { readFeatureTime } from './support/selection-data';
import { firstPartOf } from './support/split-settings';
import type { StageDefinition } from './support/stage-definition';

/** Ten years of a market that opens five days a week; the test takes four times as long for twice as many. */
const MOST_DAYS = 2_500;

/**
 * Diagnose: which features and targets are stationary on the first training part, and where they break. For the report
 * alone: no fit reads it, and what follows the part changes nothing of it.
 */
export const diagnoseStage: StageDefinition<DiagnoseInput, 'diagnose'> = {
  stage: 'diagnose',
  schema: diagnoseInputSchema,
  part: () => '',
  material: async ({ scope, bars, features, labels }, context) => ({
    bars: bars.sha256,
    features: features.sha256,
    labels: Object.fromEntries(Object.entries(labels).map(([horizon, ref]) => [horizon, ref.sha256])),
    firstPart: firstPartMaterial(await context.symbolConfig(scope)),
  }),
  compute: async ({ scope, bars, features, labels }, context, onProgress) => {
    const { artifacts } = context.store;
    const time = await readFeatureTime(artifacts, features);
    const part = firstPartOf(time, await context.symbolConfig(scope));
    const steps = Object.keys(labels).length + 1;
    onProgress({ phase: 'diagnosing', step: 0, steps, loss: null });
    const ofFeatures = await diagnosedFeatures(artifacts, features, part);
    const targets: TestedTarget[] = [];
    for (const [horizonBars, ref] of Object.entries(labels)) {
      onProgress({ phase: 'diagnosing', step: targets.length + 1, steps, loss: null });
      targets.push(await diagnosedTarget(artifacts, ref, { horizonBars: Number(horizonBars), time, part }));
    }
    const content = diagnosisSchema.parse({
      span: [time[part[0]], time[part[1] - 1]],
      rows: part[1] - part[0],
      features: judgedFeatures(ofFeatures),
      targets: judgedTargets(targets),
      price: await explosivePrice(artifacts, bars, part),
    });
    const tested = content.features.filter(({ unitRoot }) => unitRoot !== null);
    return {
      outputs: { diagnosis: await artifacts.putJson(content, ARTIFACT_KINDS.diagnosis) },
      parts: [],
      facts: { tested: tested.length, stationary: tested.filter(({ unitRoot }) => isFound(unitRoot)).length },
    };
  },
};

/** In one pass over the table: what is kept of a feature does not grow with its rows. */
async function diagnosedFeatures(
  artifacts: Artifacts,
  ref: ArtifactRef,
  [from, to]: RowRange,
): Promise<readonly TestedFeature[]> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.features);
  const open = featureNames(table)
    .filter((name) => !isClockwork(name))
    .map((name) => ({ name, diagnoser: createFeatureDiagnoser() }));
  let firstRow = 0;
  for await (const chunk of table.chunks(['time', ...open.map(({ name }) => name)])) {
    const time = float64Column(chunk, 'time');
    const cut = [Math.max(0, from - firstRow), Math.max(0, to - firstRow)] as const;
    for (const { name, diagnoser } of open)
      diagnoser.push(time.subarray(...cut), float64Column(chunk, name).subarray(...cut));
    firstRow += time.length;
    if (firstRow >= to) break;
  }
  const found = new Map(open.map(({ name, diagnoser }) => [name, diagnoser.end()]));
  return featureNames(table).map((name) => ({ name, found: found.get(name) ?? null }));
}

/**
 * The outcomes of one horizon, in ATR: of every n-th row, n being the longest of the labels, so that no two share a bar;
 * and of rows only whose label ends inside the part, whatever follows it.
 */
async function diagnosedTarget(
  artifacts: Artifacts,
  ref: ArtifactRef,
  series: { readonly horizonBars: number; readonly time: Float64Array; readonly part: RowRange },
): Promise<TestedTarget> {
  const columns = await (await openTable(artifacts, ref, ARTIFACT_KINDS.labels)).columns(['t1Row', 'returnAtr']);
  const { horizonBars, time, part } = series;
  const [from, to] = part;
  const t1Row = int32Column(columns, 't1Row').subarray(from, to);
  const strideBars = t1Row.reduce((most, end, i) => (end < to ? Math.max(most, end - from - i) : most), 1);
  const rows: number[] = [];
  for (let row = from; row + strideBars < to; row += strideBars) rows.push(row);
  const outcomes = float64Column(columns, 'returnAtr');
  const found = diagnoseTarget(
    Float64Array.from(rows, (row) => time[row] ?? NaN),
    Float64Array.from(rows, (row) => outcomes[row] ?? NaN),
  );
  return { horizonBars, strideBars, found };
}

/** Whether the price grew explosively: the log of its last close on each UTC date of the part, the newest 2 500 of them. */
async function explosivePrice(
  artifacts: Artifacts,
  ref: ArtifactRef,
  [from, to]: RowRange,
): Promise<ExplosivePrice | null> {
  const columns = await (await openTable(artifacts, ref, ARTIFACT_KINDS.bars)).columns(['time', 'close']);
  const time = float64Column(columns, 'time').subarray(from, to);
  const close = float64Column(columns, 'close').subarray(from, to);
  const dayOf = (row: number): number => Math.floor((time[row] ?? NaN) / DAY_MS);
  const last = [...time.keys()].filter((row) => dayOf(row) !== dayOf(row + 1)).slice(-MOST_DAYS);
  const found = explosiveTest(Float64Array.from(last, (row) => Math.log(close[row] ?? NaN)));
  if (found === null) return null;
  const { forward, supremum, critical } = found;
  const instantOf = (day: number): number => time[last[day] ?? 0] ?? NaN;
  return { days: last.length, forward, supremum, critical, fromMs: instantOf(found.from), toMs: instantOf(found.to) };
}
