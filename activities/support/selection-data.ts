import { createHash } from 'node:crypto';
import type { Matrix } from '../../domain/core/matrix';
import { emptyMatrix } from '../../domain/core/matrix';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { FeatureSelection } from '../../shared/contracts/selection';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { columnBytes } from './column-bytes';
import { featureNames } from './market-features';

/** Some rows of a feature table, and what stands in each of its columns. */
export interface SampledFeatures {
  readonly names: readonly string[];
  /** One row for each that was asked for, in that order. */
  readonly features: Matrix;
  readonly columns: FeatureSelection['columns'];
  readonly timeSha256: string;
}

/** Close instants of all rows. */
export async function readFeatureTime(artifacts: Artifacts, ref: ArtifactRef): Promise<Float64Array> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.features);
  return float64Column(await table.columns(['time']), 'time');
}

/** Reads the table part by part: the rows asked for (ascending) are kept, the bytes of all are hashed. */
export async function sampleFeatures(
  artifacts: Artifacts,
  ref: ArtifactRef,
  rows: Int32Array,
): Promise<SampledFeatures> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.features);
  const names = featureNames(table);
  const features = emptyMatrix(rows.length, names.length);
  const hashes = new Map(['time', ...names].map((name) => [name, createHash('sha256')]));
  let firstRow = 0;
  let next = 0;
  for await (const chunk of table.chunks(['time', ...names])) {
    for (const [name, hash] of hashes) hash.update(columnBytes(float64Column(chunk, name)));
    const columns = names.map((name) => float64Column(chunk, name));
    const endRow = firstRow + float64Column(chunk, 'time').length;
    for (; next < rows.length && (rows[next] ?? 0) < endRow; next += 1) {
      const row = (rows[next] ?? 0) - firstRow;
      for (const [c, column] of columns.entries()) features.data[next * names.length + c] = column[row] ?? NaN;
    }
    firstRow = endRow;
  }
  const digests = [...hashes].map(([name, hash]) => ({ name, sha256: hash.digest('hex') }));
  const [time, ...columns] = digests;
  return { names, features, columns, timeSha256: time?.sha256 ?? '' };
}
