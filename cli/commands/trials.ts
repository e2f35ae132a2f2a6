import type { LedgerHead, TrialEntry } from '../../shared/contracts/trials';
import { openObjectStore } from '../../shared/store/open-store';
import { listRunRecords } from '../../shared/store/run-files';
import type { LedgerName } from '../../shared/store/trial-ledger';
import { createTrialLedger } from '../../shared/store/trial-ledger';
import { ledgerFolder } from '../../shared/store/trial-keys';
import { trialIdentity } from '../../shared/store/trial-tally';
import type { CommandContext } from '../command-context';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';
import { stamp } from '../views/stamp';
import { textTable } from '../views/text-table';

const LEDGER_HEADER = ['study', 'symbol', 'entries', 'trials', 'last entered', 'state'];
const TRIAL_HEADER = [
  'study',
  'symbol',
  'entry',
  'entered',
  'model',
  'horizon',
  'Sharpe a day',
  'days',
  'configuration',
];

export interface TrialsFlags {
  readonly study?: string;
  readonly symbol?: string;
  readonly json?: boolean;
}

interface Looked extends LedgerName {
  readonly entries: readonly TrialEntry[];
  readonly head: LedgerHead | null;
  /** null where the chain holds, also against every head that a run's record names. */
  readonly broken: string | null;
}

/**
 * `candlewick trials`: the ledgers of trials, verified from the first entry to the last and against the heads that run
 * records name; of one study or symbol every entry. Exit code 1 where one is broken.
 */
export async function trialsCommand(context: CommandContext, flags: TrialsFlags): Promise<number> {
  const objects = openObjectStore(context.settings);
  const ledger = createTrialLedger(objects);
  const seen = await headsOfRecords(objects);
  const known = await ledger.list();
  // A ledger that a record names and that is gone as a whole is looked at too.
  const gone = [...seen.entries()]
    .filter(([folder]) => !known.some((name) => name.folder === folder))
    .map(([folder, { study, symbol }]) => ({ folder, study, symbol }));
  const wanted = [...known, ...gone].filter(
    ({ study, symbol }) =>
      (flags.study === undefined || study === null || study === flags.study) &&
      (flags.symbol === undefined || symbol === null || symbol === flags.symbol),
  );
  const looked: Looked[] = [];
  for (const name of wanted) {
    try {
      const { entries, head } = await ledger.readFolder(name.folder, seen.get(name.folder)?.heads ?? []);
      looked.push({ ...name, entries, head, broken: null });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'LedgerBroken')) throw error;
      looked.push({ ...name, entries: [], head: null, broken: error.message });
    }
  }
  if (flags.json === true) printJson(context, { store: objects.description, ledgers: looked });
  else for (const line of linesOf(looked, flags)) context.print(line);
  return looked.every(({ broken }) => broken === null) ? EXIT.done : EXIT.failed;
}

interface SeenHeads {
  readonly study: string;
  readonly symbol: string;
  readonly heads: readonly LedgerHead[];
}

/** What the records of all runs say of each ledger, by its folder. */
async function headsOfRecords(objects: Parameters<typeof listRunRecords>[0]): Promise<ReadonlyMap<string, SeenHeads>> {
  const heads = new Map<string, SeenHeads>();
  const named = await listRunRecords(objects, ({ symbols }) =>
    symbols.flatMap(({ symbol, overfitting }) => {
      const head = overfitting?.head ?? null;
      return overfitting === undefined || head === null ? [] : [{ symbol, study: overfitting.study, head }];
    }),
  );
  for (const { symbol, study, head } of named.flat()) {
    const folder = ledgerFolder(study, symbol);
    heads.set(folder, { study, symbol, heads: [...(heads.get(folder)?.heads ?? []), head] });
  }
  return heads;
}

function linesOf(looked: readonly Looked[], { study, symbol }: TrialsFlags): readonly string[] {
  if (looked.length === 0) return ['no trials are entered'];
  const isNarrowed = study !== undefined || symbol !== undefined;
  const table = isNarrowed
    ? textTable(TRIAL_HEADER, looked.flatMap(trialRows))
    : textTable(LEDGER_HEADER, looked.map(ledgerRow));
  return [table, ...looked.flatMap(({ broken }) => (broken === null ? [] : [`BROKEN ${broken}`]))];
}

function ledgerRow({ study, symbol, folder, entries, broken }: Looked): readonly string[] {
  const configurations = new Set(entries.map(({ trial }) => trialIdentity(trial)));
  const last = entries.at(-1);
  return [
    study ?? folder,
    symbol ?? '',
    String(entries.length),
    String(configurations.size),
    last === undefined ? '' : stamp(last.at),
    broken === null ? 'verified' : 'BROKEN',
  ];
}

function trialRows({ entries }: Looked): readonly (readonly string[])[] {
  return entries.map(({ study, symbol, seq, at, trial }) => [
    study,
    symbol,
    String(seq),
    stamp(at),
    trial.family,
    `${String(trial.horizonBars)} bars`,
    trial.sharpePerDay.toFixed(4),
    String(trial.days),
    trial.configuration.slice(0, 12),
  ]);
}
