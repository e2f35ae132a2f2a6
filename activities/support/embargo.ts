import type { RowRange } from '../../domain/core/rows';
import type { FoldBoundaries } from '../../domain/splits/boundaries';
import { embargoByMemory, longestTestDays, tradingDays } from '../../domain/splits/embargo';
import { decorrelation } from '../../domain/statistics/decorrelation';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import type { EmbargoRecord } from '../../shared/contracts/run-record';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { featureNames, isClockwork } from './market-features';
import { firstPartOf } from './split-settings';
import { StageFault, unwrap } from './stage-fault';

/** What an embargo is measured on. */
interface MeasuredSeries {
  readonly time: Float64Array;
  readonly boundaries: readonly FoldBoundaries[];
  readonly features: ArtifactRef | undefined;
}

/**
 * The embargo of a symbol's folds: as configured, or as long as its features remember, measured on the first training part
 * and nowhere else. Features of the calendar are left out: they come back every day, whatever the market did.
 */
export async function embargoOf(
  config: SymbolConfig,
  series: MeasuredSeries,
  artifacts: Artifacts,
): Promise<EmbargoRecord> {
  const { embargo, embargoDays } = config.splits;
  if (embargo === 'fixed') return { days: embargoDays, by: 'configured', measured: null };
  const { time, boundaries, features } = series;
  if (features === undefined)
    throw new StageFault({ code: 'ArtifactMissing', message: 'an embargo by autocorrelation needs the features' });
  const longest = longestTestDays(time, boundaries);
  const part = firstPartOf(time, config);
  const perDay = (part[1] - part[0]) / Math.max(1, tradingDays(time, part));
  const columns = await marketColumns(artifacts, features, part);
  const measured = decorrelation(columns, Math.max(1, Math.round(perDay)), longest);
  const days = unwrap(embargoByMemory(measured, embargoDays, longest));
  return {
    days,
    by: days > embargoDays ? 'autocorrelation' : 'configured',
    measured: { ...measured, days: measured.days ?? longest },
  };
}

async function marketColumns(
  artifacts: Artifacts,
  features: ArtifactRef,
  [from, to]: RowRange,
): Promise<readonly Float64Array[]> {
  const table = await openTable(artifacts, features, ARTIFACT_KINDS.features);
  const columns: Float64Array[] = [];
  // One at a time: all columns of a long series together would be far larger than any one of them.
  for (const name of featureNames(table).filter((own) => !isClockwork(own)))
    columns.push(float64Column(await table.columns([name]), name).slice(from, to));
  return columns;
}
