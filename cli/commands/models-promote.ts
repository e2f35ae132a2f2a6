import { randomUUID } from 'node:crypto';
import { compareModels } from '../../inference/compare-models';
import { openModelEngines } from '../../inference/model-engines';
import { tensorSettingOf } from '../../inference/tensor-engine';
import type { Assignment, GateVerdict, ModelVersion } from '../../shared/contracts/registry';
import { judgeTaskSchema } from '../../shared/contracts/promotion';
import { gateSettingsSchema } from '../../shared/contracts/retrain';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { parseReference } from '../../shared/store/model-reference';
import { changeAliases } from '../../shared/store/change-aliases';
import { writeModelCard } from '../../shared/store/write-card';
import type { CommandContext } from '../command-context';
import type { RegistrySession } from '../registry-session';
import { whoAndWhy, withRegistry } from '../registry-session';
import { EXIT, UsageError } from '../usage-error';

export interface PromoteFlags {
  readonly why: string;
  readonly who?: string;
  readonly despiteGate?: boolean;
}

/**
 * `candlewick models promote <model>@<n> --why`: makes a version the champion if the gate lets it. A verdict against this
 * very champion is taken from the registry, else both are compared now. What the gate refuses stands in the audit log too.
 */
export function modelsPromoteCommand(context: CommandContext, reference: string, flags: PromoteFlags): Promise<number> {
  return withRegistry(context, async (session) => {
    const { who, why } = whoAndWhy(flags);
    const { store, registry } = session;
    if (!parseReference(reference).isExplicit)
      throw new UsageError(`'${reference}' names no version; give ${reference}@<number> or ${reference}@challenger`);
    const { version } = await registry.resolve(reference);
    const champion = (await registry.current(version.model))?.champion ?? null;
    if (champion === version.version)
      throw new UsageError(`version ${String(version.version)} is the champion of ${version.model} already`);
    const verdict = champion === null ? null : await verdictAgainst(context, session, version, champion);
    const isRefused = verdict !== null && !verdict.passed;
    for (const { name, passed, sentence } of verdict?.checks ?? [])
      context.say(`${passed ? 'passed' : 'FAILED'} ${name}: ${sentence}`);
    const mayPass = !isRefused || flags.despiteGate === true;
    const assignment = await changeAliases(session, {
      model: version.model,
      version: version.version,
      champion,
      action: !mayPass ? 'refuse' : champion === null ? 'first' : 'promote',
      who,
      why,
      verdict,
      requestId: randomUUID(),
      at: new Date().toISOString(),
      details: { by: 'models promote', despiteGate: isRefused && mayPass },
    });
    for (const number of [version.version, champion])
      if (number !== null) await writeModelCard({ ...store, registry }, version.model, number);
    if (!mayPass) {
      context.say(
        `${version.model} stays with version ${String(champion)}: the gate refused; --despite-gate overrules it`,
      );
      return EXIT.failed;
    }
    context.print(describe(assignment));
    return EXIT.done;
  });
}

/** The aliases in a line. */
export function describe({ model, champion, challenger, previous }: Assignment): string {
  const name = (number: number | null): string => (number === null ? 'none' : String(number));
  return `${model}: champion ${name(champion)}, challenger ${name(challenger)}, previous ${name(previous)}`;
}

/** What the gate said of the version beside this very champion, or says now. */
async function verdictAgainst(
  context: CommandContext,
  { store, registry }: RegistrySession,
  version: ModelVersion,
  champion: number,
): Promise<GateVerdict> {
  const history = await registry.history(version.model, Infinity);
  const known = history.find(
    (entry) => entry.version === version.version && entry.verdict !== null && judgedBeside(entry) === champion,
  );
  if (known?.verdict) return known.verdict;
  context.say(`comparing version ${String(version.version)} with the champion, version ${String(champion)}…`);
  const { settings, env } = context;
  const engines = await openModelEngines(locateNativeParts(env), tensorSettingOf(env, settings.trainerThreads));
  const task = judgeTaskSchema.pick({ champion: true, challenger: true, gate: true }).parse({
    champion: contestant(await registry.version(version.model, champion)),
    challenger: contestant(version),
    gate: gateSettingsSchema.parse({}),
  });
  const compared = await compareModels(task, { artifacts: store.artifacts, engines });
  if (!compared.ok) throw new UsageError(`${compared.fault.code}: ${compared.fault.message}`);
  const { passed, checks, rows } = compared.value;
  return { passed, checks, rows, evidence: await store.artifacts.putJson(compared.value, ARTIFACT_KINDS.gateEvidence) };
}

/** The champion that an assignment's verdict compares with. */
function judgedBeside({ action, champion, previous }: Assignment): number | null {
  return action === 'promote' || action === 'approve' ? previous : champion;
}

function contestant({ version, family, bundle, trainedUntilMs }: ModelVersion) {
  return { version, family, bundle, trainedUntilMs };
}
