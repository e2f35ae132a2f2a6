import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildIdOf } from '../../shared/runtime/build-id';
import { describeEnvironment } from '../../shared/runtime/environment';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { openObjectStore } from '../../shared/store/open-store';
import type { CommandContext } from '../command-context';
import type { Certificate, ScenarioVerdict } from '../drill/certificate';
import { certificateMarkdown, hostFacts, verdictOf, verdictOfError } from '../drill/certificate';
import type { DrillSpace, DrillStore } from '../drill/drill-space';
import { openDrillSpace } from '../drill/drill-space';
import { keepCertificate } from '../drill/keep-certificate';
import { referenceIn, runScenario } from '../drill/run-scenario';
import type { ScenarioName } from '../drill/scenarios';
import { SCENARIOS, scenariosOf } from '../drill/scenarios';
import { newRunId } from '../run-id';
import { prepareFolders } from '../runtime/state-folder';
import { EXIT, UsageError } from '../usage-error';
import { jsonText } from '../views/print-json';

export interface DrillFlags {
  /** Scenarios, separated by commas. */
  readonly only?: string;
  readonly store: DrillStore;
  readonly json?: boolean;
  readonly out?: string;
  readonly limit: string;
}

/** `candlewick drill`: does harm on purpose in a namespace of its own, and certifies what was survived and what it cost. */
export async function drillCommand(context: CommandContext, flags: DrillFlags): Promise<number> {
  const scenarios = chosen(flags.only);
  const limitMs = limitOf(flags.limit);
  await prepareFolders(context.settings);
  const id = newRunId().replace(/^run-/, '');
  const startedAtMs = Date.now();
  const space = await openDrillSpace(context, { id, store: flags.store, limitMs });
  const verdicts = await runAll(space, scenarios).finally(async () => context.say(await space.close()));
  const certificate: Certificate = {
    drill: `drill-${id}`,
    at: new Date(startedAtMs).toISOString(),
    seconds: (Date.now() - startedAtMs) / 1000,
    version: { build: buildOf(context), ...describeEnvironment(locateNativeParts(context.env)) },
    host: hostFacts(),
    temporal: space.address,
    store: flags.store === 'current' ? context.settings.storeRoot : 'a folder of its own',
    survived: verdicts.every(({ survived }) => survived),
    scenarios: verdicts,
  };
  const kept = await keepCertificate(openObjectStore(context.settings), certificate);
  const text = flags.json === true ? jsonText(certificate) : certificateMarkdown(certificate);
  if (flags.out === undefined) context.print(text);
  else writeFileSync(resolve(context.workingDirectory, flags.out), `${text}\n`);
  context.say(`certificate in the store: ${kept.join(', ')}`);
  return certificate.survived ? EXIT.done : EXIT.failed;
}

/** One after the other: a fault must not meet a run that it is not meant for. */
async function runAll(space: DrillSpace, scenarios: readonly ScenarioName[]): Promise<readonly ScenarioVerdict[]> {
  const { say } = space.context;
  const reference = referenceIn(space);
  const verdicts: ScenarioVerdict[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    say(`${String(i + 1)} of ${String(scenarios.length)}: ${scenario}`);
    const verdict = await runScenario(space, scenario, reference).then(
      (facts) => verdictOf(scenario, facts),
      (error: unknown) => verdictOfError(scenario, error),
    );
    verdicts.push(verdict);
    say(`  ${verdict.survived ? 'survived' : 'NOT survived'} (${verdict.injected})`);
    for (const { name, passed, sentence } of verdict.checks) if (!passed) say(`  ${name}: ${sentence}`);
  }
  return verdicts;
}

/** A release that nobody named can be drilled too. */
function buildOf({ settings }: CommandContext): string {
  try {
    return buildIdOf(settings);
  } catch {
    return 'unknown';
  }
}

function chosen(only: string | undefined): readonly ScenarioName[] {
  const named = scenariosOf(only);
  if ('unknown' in named)
    throw new UsageError(`--only: there is no scenario '${named.unknown}'; known are ${SCENARIOS.join(', ')}`);
  return named;
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new UsageError(`--limit ${text}: expected whole seconds for one run, such as 300`);
  return Number(text) * 1000;
}
