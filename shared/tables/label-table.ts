import type { LabelColumns, SidedLabelColumns } from '../../domain/core/labels';
import type { ArtifactRef } from '../contracts/artifact';
import { ARTIFACT_KINDS } from '../names/artifact-kinds';
import type { Artifacts } from '../store/artifacts';
import { float64Column, int32Column, int8Column, openTable } from './table-store';

export async function readLabels(artifacts: Artifacts, ref: ArtifactRef): Promise<SidedLabelColumns> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.labels);
  const chunk = await table.columns();
  return {
    time: float64Column(chunk, 'time'),
    t1: float64Column(chunk, 't1'),
    t1Row: int32Column(chunk, 't1Row'),
    outcome: int8Column(chunk, 'outcome'),
    classIndex: int8Column(chunk, 'classIndex'),
    entry: float64Column(chunk, 'entry'),
    exit: float64Column(chunk, 'exit'),
    atr: float64Column(chunk, 'atr'),
    returnAtr: float64Column(chunk, 'returnAtr'),
    exitLong: float64Column(chunk, 'exitLong'),
    t1RowLong: int32Column(chunk, 't1RowLong'),
    exitShort: float64Column(chunk, 'exitShort'),
    t1RowShort: int32Column(chunk, 't1RowShort'),
  };
}

/** The side that a primary rule took at each bar; null where labels are no meta-labels. */
export async function readSides(artifacts: Artifacts, ref: ArtifactRef): Promise<Int8Array | null> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.labels);
  if (!table.manifest.columns.some(({ name }) => name === 'side')) return null;
  return int8Column(await table.columns(['side']), 'side');
}

/** Only what splitting needs. */
export async function readLabelEnds(artifacts: Artifacts, ref: ArtifactRef): Promise<Float64Array> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.labels);
  return float64Column(await table.columns(['t1']), 't1');
}

export async function readClasses(artifacts: Artifacts, ref: ArtifactRef): Promise<Int8Array> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.labels);
  return int8Column(await table.columns(['classIndex']), 'classIndex');
}

/** Row of the bar that decided each label; -1 where none did. */
export async function readDecidingRows(artifacts: Artifacts, ref: ArtifactRef): Promise<Int32Array> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.labels);
  return int32Column(await table.columns(['t1Row']), 't1Row');
}

/** What is learnt: the class and the return in ATR of every row. */
export type LabelTargets = Pick<LabelColumns, 'classIndex' | 'returnAtr'>;

/** Reads what is learnt of every row. */
export async function readTargets(artifacts: Artifacts, ref: ArtifactRef): Promise<LabelTargets> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.labels);
  const chunk = await table.columns(['classIndex', 'returnAtr']);
  return { classIndex: int8Column(chunk, 'classIndex'), returnAtr: float64Column(chunk, 'returnAtr') };
}
