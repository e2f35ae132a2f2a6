import { buildIdOf } from '../../shared/runtime/build-id';
import type { Settings } from '../../shared/runtime/settings';
import { describeDeployment, setCurrentVersion, setRampingVersion } from '../../shared/temporal/deployment';
import type { CommandContext } from '../command-context';
import { enterAudit } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { withClient } from '../runtime/client';
import { EXIT, UsageError } from '../usage-error';
import { textTable } from '../views/text-table';

/** Prints the releases that the server knows: which takes new workflows, which still have some to end. */
export function deployShowCommand(context: CommandContext): Promise<number> {
  const { settings, print } = context;
  return withClient(context, async (client) => {
    const found = await describeDeployment(client.workflowService, settings.namespace, settings.deploymentName);
    if (found === null || found.versions.length === 0) {
      print(`No versioned worker of ${settings.deploymentName} has polled yet (CANDLEWICK_WORKER_VERSIONING=on).`);
      return EXIT.done;
    }
    const rows = found.versions.map(({ buildId, state, createdAtMs }) => [
      buildId,
      state === 'ramping' ? `ramping ${String(found.rampingPercent)} %` : state,
      new Date(createdAtMs).toISOString(),
    ]);
    for (const line of textTable(['build', 'state', 'first seen'], rows).split('\n')) print(line);
    if (found.currentBuildId === null) print('No build is current: new workflows wait for an unversioned worker.');
    return EXIT.done;
  });
}

export interface SetCurrentFlags extends ReasonFlags {
  /** Percent of the new workflows; without it all of them. */
  readonly ramp?: number;
}

/** Sends new workflows to a build (default: the one of this checkout); what runs ends where it began. */
export function deploySetCurrentCommand(
  context: CommandContext,
  given: string | undefined,
  flags: SetCurrentFlags,
): Promise<number> {
  const { settings, print } = context;
  const buildId = given ?? ownBuildId(settings);
  const { namespace, deploymentName } = settings;
  const percent = flags.ramp ?? null;
  readReason(flags);
  return withClient(context, async (client) => {
    const found = await describeDeployment(client.workflowService, namespace, deploymentName);
    const known = found?.versions.map((version) => version.buildId) ?? [];
    if (!known.includes(buildId)) {
      throw new UsageError(
        `no worker of build ${buildId} has polled for ${deploymentName}; known are ${known.join(', ') || 'none'}. ` +
          'Start its workers with CANDLEWICK_WORKER_VERSIONING=on first.',
      );
    }
    if (percent === null) {
      await setCurrentVersion(client.workflowService, { namespace, deploymentName, buildId });
      print(`New workflows go to ${deploymentName} ${buildId}; those that run end on the build they began with.`);
    } else {
      await setRampingVersion(client.workflowService, { namespace, deploymentName, buildId, percent });
      print(`${String(percent)} % of the new workflows go to ${deploymentName} ${buildId}.`);
    }
    const details = { before: found?.currentBuildId ?? null, buildId, percent: percent ?? 100 };
    await enterAudit(context, { action: 'release-changed', subject: `deployment ${deploymentName}`, details }, flags);
    return EXIT.done;
  });
}

function ownBuildId(settings: Settings): string {
  try {
    return buildIdOf(settings);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
