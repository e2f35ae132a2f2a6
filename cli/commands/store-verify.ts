import { readStoreGraph } from '../../shared/store/keep/read-graph';
import type { Damage, Verification } from '../../shared/store/keep/verify';
import { verifyStore } from '../../shared/store/keep/verify';
import { openObjectStore } from '../../shared/store/open-store';
import type { CommandContext } from '../command-context';
import { runInStore } from '../store-run';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';
import { byteCount } from '../views/byte-count';

export interface StoreVerifyFlags {
  readonly run?: string;
  readonly deep?: boolean;
  readonly json?: boolean;
}

/** Names of one kind that are written out; --json writes all. */
const MAX_NAMED = 5;
const SAY_EVERY_MS = 5_000;

/** `candlewick store verify`: reads everything and names what is damaged. Exit code 1 where something is. */
export async function storeVerifyCommand(context: CommandContext, flags: StoreVerifyFlags): Promise<number> {
  const objects = openObjectStore(context.settings);
  const graph = await readStoreGraph(objects);
  let saidAtMs = Date.now();
  const verification = await verifyStore(objects, graph, {
    ...(flags.run === undefined ? {} : { run: runInStore(graph, flags.run) }),
    deep: flags.deep === true,
    onProgress: ({ artifacts, of }) => {
      if (Date.now() - saidAtMs < SAY_EVERY_MS) return;
      saidAtMs = Date.now();
      context.say(`${String(artifacts)} of ${String(of)} artifacts read`);
    },
  });
  if (flags.json === true) printJson(context, { store: objects.description, ...verification });
  else for (const line of verificationLines(verification)) context.print(line);
  return verification.damaged.length === 0 ? EXIT.done : EXIT.failed;
}

function verificationLines({ objects, artifactsRead, bytesRead, damaged, notes }: Verification): readonly string[] {
  const { unreferencedArtifacts: orphans, halfWritten, stagesGone, versionsCollected } = notes;
  return [
    `${String(objects)} objects; ${String(artifactsRead)} artifacts read (${byteCount(bytesRead)}): ` +
      (damaged.length === 0 ? 'nothing is damaged' : `${String(damaged.length)} damaged`),
    ...damaged.flatMap(damageLines),
    ...(orphans.objects === 0
      ? []
      : [
          `note: ${String(orphans.objects)} artifacts (${byteCount(orphans.bytes)}) that nothing refers to; store gc takes them away in time`,
        ]),
    ...(halfWritten.length === 0
      ? []
      : [
          `note: ${String(halfWritten.length)} half-written leftovers of killed writers (${some(halfWritten)}); store gc takes them away`,
        ]),
    ...(stagesGone === 0
      ? []
      : [
          `note: ${String(stagesGone)} stages of recorded runs are not published any more; they are computed again when asked for`,
        ]),
    ...(versionsCollected.length === 0
      ? []
      : [
          `note: ${String(versionsCollected.length)} registered versions without an alias have lost their bundle to a collection (${some(versionsCollected)})`,
        ]),
  ];
}

function damageLines({ key, what, dependents, remedy }: Damage): readonly string[] {
  const { stages, stagesBelow, symbols, runs, models, aliases, snapshots, madeOf } = dependents;
  const named = [
    ['result of', stages],
    ['symbols', symbols],
    ['runs', runs],
    ['models that cannot predict', models],
    ['aliases', aliases],
    ['snapshots of vendors', snapshots],
    ['models made of it, which still predict', madeOf],
  ] as const;
  return [
    `damaged: ${key}`,
    `  ${what}`,
    ...named.filter(([, names]) => names.length > 0).map(([title, names]) => `  ${title}: ${some(names)}`),
    ...(stagesBelow === 0 ? [] : [`  stages made of it: ${String(stagesBelow)}`]),
    `  what to do: ${remedy}`,
  ];
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${shown} and ${String(names.length - MAX_NAMED)} more` : shown;
}
