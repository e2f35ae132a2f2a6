import { NO_CLASS } from '../../domain/core/classes';
import { foldsSchema } from '../../shared/contracts/folds';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { openStore } from '../../shared/store/open-store';
import type { ObjectStore } from '../../shared/store/port';
import { readClasses } from '../../shared/tables/label-table';
import { float64Column, openTable } from '../../shared/tables/table-store';
import type { PlantedBars } from './bar-files';
import { GAP_BARS, LOOKBACK } from './drill-config';
import type { BarFacts, RunFacts } from './facts';
import { readMarkers } from './inspect-store';

const HOUR_MS = 3_600_000;
const HORIZON = '8';

/** What became of planted bars, counted from the store itself: by another way than the code that is judged. */
export async function barFactsOf(objects: ObjectStore, run: RunFacts, planted: PlantedBars): Promise<BarFacts> {
  const markers = await readMarkers(objects);
  const { artifacts } = openStore(objects, () => undefined);
  const markerOf = (stage: string) => {
    const found = markers.find((marker) => marker.stage === stage);
    if (found === undefined) throw new Error(`the run published no ${stage}`);
    return found;
  };
  const outputOf = (stage: string, name: string) => {
    const ref = markerOf(stage).outputs[name];
    if (ref === undefined) throw new Error(`the run published no ${name} of ${stage}`);
    return ref;
  };
  const { time, sound } = await soundRows(
    await openTable(artifacts, outputOf('features', 'features'), ARTIFACT_KINDS.features),
  );
  const classes = await readClasses(artifacts, outputOf('labels', HORIZON));
  const folds = foldsSchema.parse(await artifacts.getJson(outputOf('splits', 'folds'), ARTIFACT_KINDS.folds));
  const spans = folds[HORIZON]?.[0]?.train ?? [];
  const { trainRows } = markerOf('train').facts;
  const entries = run.record?.symbols[0]?.ledger?.entries ?? [];
  return {
    run,
    planted: planted.planted,
    dropped: entries.find(({ decision }) => decision === 'missingValue')?.count ?? 0,
    instants: planted.openMs.length,
    wrongInstants: wrongInstants(time, planted.openMs),
    trainRows: typeof trainRows === 'number' ? trainRows : null,
    ...countWindows({ time, sound, classes, spans }),
  };
}

/** Bars carry the instant at which they close. */
function wrongInstants(time: Float64Array, openMs: readonly number[]): number {
  const wrong = openMs.filter((ms, i) => time[i] !== ms + HOUR_MS).length;
  return wrong + Math.max(0, time.length - openMs.length);
}

async function soundRows(
  table: Awaited<ReturnType<typeof openTable>>,
): Promise<{ readonly time: Float64Array; readonly sound: readonly boolean[] }> {
  const chunk = await table.columns();
  const time = float64Column(chunk, 'time');
  const columns = Object.keys(chunk)
    .filter((name) => name !== 'time')
    .map((name) => float64Column(chunk, name));
  const sound = Array.from(time, (_, row) => columns.every((column) => Number.isFinite(column[row])));
  return { time, sound };
}

interface Rows {
  readonly time: Float64Array;
  readonly sound: readonly boolean[];
  readonly classes: Int8Array;
  readonly spans: readonly (readonly [number, number])[];
}

/** Rows of the training part with a label whose window is whole, and those whose window would lie over a pause alone. */
function countWindows({ time, sound, classes, spans }: Rows): Pick<BarFacts, 'wholeWindows' | 'crossing'> {
  let wholeWindows = 0;
  let crossing = 0;
  for (const [from, to] of spans) {
    for (let row = from; row < to; row += 1) {
      if (classes[row] === NO_CLASS || sound[row] !== true) continue;
      const window = Array.from({ length: LOOKBACK }, (_, i) => row - LOOKBACK + 1 + i);
      if (!window.every((at) => at >= from && sound[at] === true)) continue;
      const hasNoPause = window.slice(1).every((at) => (time[at] ?? NaN) - (time[at - 1] ?? NaN) <= GAP_BARS * HOUR_MS);
      if (hasNoPause) wholeWindows += 1;
      else crossing += 1;
    }
  }
  return { wholeWindows, crossing };
}
