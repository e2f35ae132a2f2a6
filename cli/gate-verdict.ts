import { compareModels } from '../inference/compare-models';
import { comparisonOf, judgementMaterial, verdictIn } from '../inference/judgement';
import { describeModelEngines, openModelEngines } from '../inference/model-engines';
import { tensorSettingOf } from '../inference/tensor-engine';
import type { GateSettings } from '../shared/contracts/gate-settings';
import { gateSettingsSchema } from '../shared/contracts/gate-settings';
import type { Comparison } from '../shared/contracts/promotion';
import type { Assignment, GateVerdict, ModelVersion } from '../shared/contracts/registry';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { locateNativeParts } from '../shared/runtime/native-parts';
import { canonicalJson } from '../shared/store/hash';
import { stageKey } from '../shared/store/stage-cache';
import type { CommandContext } from './command-context';
import type { RegistrySession } from './registry-session';
import { UsageError } from './usage-error';

/**
 * What the gate says of a version beside a champion, by the limits of the version's set: as it stands in the registry, else
 * as a worker judged it, else as is compared now. A verdict made by other limits is another question's answer.
 */
export async function gateVerdict(
  context: CommandContext,
  session: RegistrySession,
  challenger: ModelVersion,
  champion: number,
): Promise<GateVerdict> {
  const { registry } = session;
  const gate = challenger.gate ?? gateSettingsSchema.parse({});
  const known = verdictAmong(await registry.history(challenger.model, Infinity), challenger, champion, gate);
  if (known !== null) return known;
  const other = await registry.version(challenger.model, champion);
  const comparison = comparisonOf({ champion: other, challenger, gate });
  return (await judgedByWorker(context, session, comparison)) ?? compareNow(context, session, comparison);
}

function verdictAmong(
  history: readonly Assignment[],
  { version }: ModelVersion,
  champion: number,
  gate: GateSettings,
): GateVerdict | null {
  const found = history.find(
    (entry) =>
      entry.version === version &&
      judgedBeside(entry) === champion &&
      entry.verdict?.gate !== undefined &&
      canonicalJson(entry.verdict.gate) === canonicalJson(gate),
  );
  return found?.verdict ?? null;
}

/** The champion that an assignment's verdict compares with. */
function judgedBeside({ action, champion, previous }: Assignment): number | null {
  return action === 'promote' || action === 'approve' ? previous : champion;
}

/** The same two bundles under the same limits are compared once; nothing is loaded to find that out. */
async function judgedByWorker(
  { settings, env }: CommandContext,
  { store }: RegistrySession,
  comparison: Comparison,
): Promise<GateVerdict | null> {
  const engines = describeModelEngines(() => locateNativeParts(env), tensorSettingOf(env, settings.trainerThreads));
  const key = stageKey('judge', judgementMaterial(comparison, engines.describe));
  const evidence = (await store.stages.find('judge', key))?.outputs.evidence;
  return evidence === undefined ? null : verdictIn(evidence, store.artifacts);
}

async function compareNow(
  { settings, env, say }: CommandContext,
  { store: { artifacts } }: RegistrySession,
  comparison: Comparison,
): Promise<GateVerdict> {
  const { challenger, champion } = comparison;
  say(`comparing version ${String(challenger.version)} with the champion, version ${String(champion.version)}…`);
  const engines = await openModelEngines(locateNativeParts(env), tensorSettingOf(env, settings.trainerThreads));
  const compared = await compareModels(comparison, { artifacts, engines });
  if (!compared.ok) throw new UsageError(`${compared.fault.code}: ${compared.fault.message}`);
  return verdictIn(await artifacts.putJson(compared.value, ARTIFACT_KINDS.gateEvidence), artifacts);
}
