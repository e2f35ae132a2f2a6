import { fitDataOf, seenRowsOf } from '../../../activities/support/seen-rows';
import type { Fold } from '../../../domain/core/folds';
import type { ArtifactRef } from '../../../shared/contracts/artifact';
import type { TrainInput } from '../../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../../shared/names/artifact-kinds';
import { createArtifacts, type ArtifactKind, type Artifacts } from '../../../shared/store/artifacts';
import { createUses } from '../../../shared/store/uses';
import { createTableWriter } from '../../../shared/tables/table-store';
import { createMemoryObjectStore } from '../../support/memory-object-store';

const ROWS = 40;
/** A fold that ends with a part, one a row before that, one in a later part, one with the series. */
const ROWS_OF_PART = 7;
const ENDS = { f0: 13, f1: 14, f2: 24, f3: ROWS } as const;
const FOLD_IDS = Object.keys(ENDS);

type Columns = Readonly<Record<string, Float64Array | Int32Array | Int8Array>>;
type TableName = 'bars' | 'features' | 'labels';
interface Change {
  readonly table: TableName;
  readonly column: string;
  readonly row: number;
}

const TABLES: Readonly<Record<TableName, readonly string[]>> = {
  bars: ['time', 'open', 'high', 'low', 'close', 'volume'],
  features: ['time', 'rsi14', 'adx14'],
  labels: ['time', 't1', 't1Row', 'outcome', 'classIndex', 'entry', 'exit', 'atr', 'returnAtr'],
};

function columnsOf(table: TableName, change: Change | null): Columns {
  const typed = (column: string): Float64Array | Int32Array | Int8Array =>
    column === 't1Row' ? new Int32Array(ROWS) : column === 'classIndex' ? new Int8Array(ROWS) : new Float64Array(ROWS);
  return Object.fromEntries(
    TABLES[table].map((column, c) => {
      const values = typed(column).map((_: number, row: number) => row + c);
      if (change?.table === table && change.column === column) values[change.row] = 101;
      return [column, values];
    }),
  );
}

const KINDS: Readonly<Record<TableName, ArtifactKind>> = {
  bars: ARTIFACT_KINDS.bars,
  features: ARTIFACT_KINDS.features,
  labels: ARTIFACT_KINDS.labels,
};

const objects = createMemoryObjectStore();
const artifacts: Artifacts = createArtifacts(objects, createUses(objects));
const ZEROS = '0'.repeat(64);

async function put(table: TableName, change: Change | null): Promise<ArtifactRef> {
  const writer = createTableWriter(artifacts, KINDS[table], ROWS_OF_PART);
  await writer.push(columnsOf(table, change));
  return (await writer.finish()).ref;
}

const folds = Object.entries(ENDS).map(([id, end]): Fold => {
  const parts = { train: [[0, 5]], stopping: [[5, 7]], choosing: [[7, 9]], test: [[9, end]] };
  return { id, ...parts } as unknown as Fold;
});

let usual: Readonly<Record<TableName, ArtifactRef>>;
/** Keys of the usual tables, by what is selected. */
const known = new Map<string, ReadonlyMap<string, string>>();

beforeAll(async () => {
  usual = {
    bars: await put('bars', null),
    features: await put('features', null),
    labels: await put('labels', null),
  };
});

/** By fold, what stands in the key of its fit for the data, as text. */
async function keysOf(change: Change | null, selected: readonly string[] | null): Promise<ReadonlyMap<string, string>> {
  const changed = change === null ? {} : { [change.table]: await put(change.table, change) };
  const { bars, features, labels } = { ...usual, ...changed };
  const seen = await seenRowsOf({ '4': folds }, { bars, labels: { '4': labels }, features }, artifacts);
  const seenRef = await artifacts.putJson(seen, ARTIFACT_KINDS.seenRows);
  const selection = { columns: selected?.map((name) => ({ name, sha256: ZEROS })), timeSha256: ZEROS };
  const chosen = selected === null ? {} : { selection: await artifacts.putJson(selection, ARTIFACT_KINDS.selection) };
  const keys = await Promise.all(
    FOLD_IDS.map(async (foldId) => {
      const task = { family: 'mlp', horizons: [4], foldId, device: 'cpu', resumable: true };
      const input = { task, features, ...chosen, labels: { '4': labels }, bars, seen: seenRef };
      return [foldId, JSON.stringify(await fitDataOf(input as unknown as TrainInput, artifacts))] as const;
    }),
  );
  return new Map(keys);
}

async function usualKeys(selected: readonly string[] | null): Promise<ReadonlyMap<string, string>> {
  const keys = known.get(String(selected)) ?? (await keysOf(null, selected));
  known.set(String(selected), keys);
  return keys;
}

/** The folds whose keys a change makes other ones. */
async function changedBy(change: Change, selected: readonly string[] | null = null): Promise<readonly string[]> {
  const [before, after] = [await usualKeys(selected), await keysOf(change, selected)];
  return FOLD_IDS.filter((id) => before.get(id) !== after.get(id));
}

const endingAfter = (row: number): readonly string[] =>
  Object.entries(ENDS).flatMap(([id, end]) => (end > row ? [id] : []));

const ALL_COLUMNS = Object.entries(TABLES).flatMap(([table, columns]) =>
  columns.map((column) => [table as TableName, column] as const),
);

describe('what the key of a fit says of its data', () => {
  it.each(ALL_COLUMNS)('%s: a value of %s changes the folds that end behind it and no other', async (table, column) => {
    for (const row of [12, 23]) {
      expect({ row, folds: await changedBy({ table, column, row }) }).toEqual({ row, folds: endingAfter(row) });
    }
  });

  it.each([0, 13, 14, 24, ROWS - 1])('and so does row %d, whatever part of the table it stands in', async (row) => {
    for (const [table, columns] of Object.entries(TABLES)) {
      const column = columns.at(-1) ?? '';
      const folds = await changedBy({ table: table as TableName, column, row });
      expect({ table, folds }).toEqual({ table, folds: endingAfter(row) });
    }
  });

  it('of features only the selected ones, and the instants', async () => {
    expect(await changedBy({ table: 'features', column: 'rsi14', row: 0 }, ['adx14'])).toEqual([]);
    expect(await changedBy({ table: 'features', column: 'adx14', row: 0 }, ['adx14'])).toEqual(FOLD_IDS);
    expect(await changedBy({ table: 'features', column: 'time', row: 0 }, ['adx14'])).toEqual(FOLD_IDS);
  });

  it('the order of the selected ones too', async () => {
    const [one, other] = [await usualKeys(['rsi14', 'adx14']), await usualKeys(['adx14', 'rsi14'])];
    expect(FOLD_IDS.filter((id) => one.get(id) === other.get(id))).toEqual([]);
  });

  it('differs from fold to fold', async () => {
    expect(new Set((await usualKeys(null)).values()).size).toBe(FOLD_IDS.length);
  });
});
