import { createHash } from 'node:crypto';
import type { Fold } from '../../domain/core/folds';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { FoldsByHorizon } from '../../shared/contracts/folds';
import type { SeenRows } from '../../shared/contracts/seen-rows';
import { seenRowsSchema } from '../../shared/contracts/seen-rows';
import { selectionSchema } from '../../shared/contracts/selection';
import type { SplitsInput, TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { ArtifactKind, Artifacts } from '../../shared/store/artifacts';
import { canonicalJson, sha256Hex } from '../../shared/store/hash';
import type { StageMaterial } from '../../shared/store/stage-cache';
import { openTable } from '../../shared/tables/table-store';
import { columnBytes } from './column-bytes';
import { endOf } from './fold-end';
import { StageFault } from './stage-fault';

/** The content of the tables as far as each fold reaches. Reads each of them once, part by part. */
export async function seenRowsOf(
  folds: FoldsByHorizon,
  { bars, labels, features }: Pick<SplitsInput, 'bars' | 'labels'> & { readonly features: ArtifactRef },
  artifacts: Artifacts,
): Promise<SeenRows> {
  const ends = endsOf(Object.values(folds).flat());
  const rows = [...ends.values()];
  const { time, ...named } = await digestPrefixes(artifacts, features, ARTIFACT_KINDS.features, rows);
  const ofBars = await digestPrefixes(artifacts, bars, ARTIFACT_KINDS.bars, rows);
  const ofLabels = new Map<string, PrefixDigests>();
  for (const [horizon, ref] of Object.entries(labels))
    ofLabels.set(horizon, await digestPrefixes(artifacts, ref, ARTIFACT_KINDS.labels, rows));
  return Object.fromEntries(
    [...ends].map(([id, end], i) => [
      id,
      {
        rows: end,
        time: time?.[i] ?? '',
        features: Object.entries(named).map(([name, digests]) => ({ name, sha256: digests[i] ?? '' })),
        labels: Object.fromEntries([...ofLabels].map(([horizon, digests]) => [horizon, joined(digests, i)])),
        bars: joined(ofBars, i),
      },
    ]),
  );
}

/** What stands in the key of a fit for the data that it is made of. */
export interface FitData {
  /** Features and labels. */
  readonly material: StageMaterial;
  /** For whatever reads prices; null where the fit was handed none. */
  readonly bars: string | null;
}

/**
 * The data of a fit as far as its fold reaches, where the splits say what that is, else the tables whole. Selected columns stand
 * for themselves: another feature of the table that comes, goes or changes is no matter.
 */
export async function fitDataOf(input: TrainInput, artifacts: Artifacts): Promise<FitData> {
  const { features, selection, labels, bars, task } = input;
  if (input.seen === undefined) {
    const ofLabels = Object.fromEntries(Object.entries(labels).map(([horizon, ref]) => [horizon, ref.sha256]));
    const ofFeatures = selection === undefined ? { features: features.sha256 } : { selection: selection.sha256 };
    return { material: { ...ofFeatures, labels: ofLabels }, bars: bars?.sha256 ?? null };
  }
  const byFold = seenRowsSchema.parse(await artifacts.getJson(input.seen, ARTIFACT_KINDS.seenRows));
  const seen = byFold[task.foldId];
  if (seen === undefined)
    throw new StageFault({ code: 'ArtifactCorrupt', message: `${input.seen.uri} has no fold ${task.foldId}` });
  const { features: all, time } = seen;
  const names = selection === undefined ? all.map(({ name }) => name) : await selectedNames(artifacts, selection);
  const columns = names.map((name) => all.find((column) => column.name === name) ?? { name, sha256: null });
  return {
    material: {
      seen: sha256Hex(canonicalJson({ time, columns })),
      labels: Object.fromEntries(Object.keys(labels).map((horizon) => [horizon, seen.labels[horizon] ?? null])),
    },
    bars: bars === undefined ? null : seen.bars,
  };
}

/** Names of the selected columns, in their order. */
export async function selectedNames(artifacts: Artifacts, ref: ArtifactRef): Promise<readonly string[]> {
  const { columns } = selectionSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.selection));
  return columns.map(({ name }) => name);
}

/** How many rows each fold needs, by its id, over all horizons, ascending. */
function endsOf(folds: readonly Fold[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const fold of folds) {
    ends.set(fold.id, Math.max(ends.get(fold.id) ?? 0, endOf([fold])));
  }
  return new Map([...ends].sort(([, a], [, b]) => a - b));
}

/** By column, a digest for each number of rows that was asked for. */
type PrefixDigests = Readonly<Record<string, readonly string[]>>;

/** @param ends ascending */
async function digestPrefixes(
  artifacts: Artifacts,
  ref: ArtifactRef,
  kind: ArtifactKind,
  ends: readonly number[],
): Promise<PrefixDigests> {
  const table = await openTable(artifacts, ref, kind);
  const names = table.manifest.columns.map(({ name }) => name);
  const hashes = new Map(names.map((name) => [name, createHash('sha256')]));
  const found = new Map(names.map((name) => [name, [] as string[]]));
  let from = 0;
  let next = 0;
  for await (const chunk of table.chunks()) {
    const to = from + (chunk[names[0] ?? '']?.length ?? 0);
    const cuts = ends.slice(next).filter((end) => end <= to);
    for (const [name, hash] of hashes) {
      const column = chunk[name] ?? new Float64Array(0);
      let done = from;
      for (const end of cuts) {
        hash.update(columnBytes(column.subarray(done - from, end - from)));
        found.get(name)?.push(hash.copy().digest('hex'));
        done = end;
      }
      hash.update(columnBytes(column.subarray(done - from)));
    }
    next += cuts.length;
    from = to;
    if (next === ends.length) break;
  }
  return Object.fromEntries(found);
}

function joined(digests: PrefixDigests, i: number): string {
  return sha256Hex(canonicalJson(Object.entries(digests).map(([name, own]) => [name, own[i] ?? null])));
}
