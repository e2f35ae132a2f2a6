import type { Connection } from '@temporalio/client';

/** The part of a client's or a worker's connection that is asked about deployments. */
export type DeploymentService = Pick<
  Connection['workflowService'],
  'describeWorkerDeployment' | 'setWorkerDeploymentCurrentVersion' | 'setWorkerDeploymentRampingVersion'
>;

/** One release, as the server knows it. */
export interface DeployedVersion {
  readonly buildId: string;
  readonly state: 'current' | 'ramping' | 'draining' | 'drained' | 'inactive';
  readonly createdAtMs: number;
}

/** What the server knows of a deployment. */
export interface Deployment {
  /** null: workers without a version take what is new. */
  readonly currentBuildId: string | null;
  readonly rampingBuildId: string | null;
  readonly rampingPercent: number;
  /** Newest first. */
  readonly versions: readonly DeployedVersion[];
}

const GRPC_NOT_FOUND = 5;
const GRPC_FAILED_PRECONDITION = 9;
/** `temporal.api.enums.v1.VersionDrainageStatus`. */
const DRAINAGE: Readonly<Record<number, DeployedVersion['state']>> = { 1: 'draining', 2: 'drained' };

/** The deployment of a name, or null where no versioned worker of it has ever polled. */
export async function describeDeployment(
  service: DeploymentService,
  namespace: string,
  deploymentName: string,
): Promise<Deployment | null> {
  try {
    const { workerDeploymentInfo: info } = await service.describeWorkerDeployment({ namespace, deploymentName });
    const currentBuildId = info?.routingConfig?.currentDeploymentVersion?.buildId ?? null;
    const rampingBuildId = info?.routingConfig?.rampingDeploymentVersion?.buildId ?? null;
    const versions = (info?.versionSummaries ?? []).map((summary): DeployedVersion => {
      const buildId = summary.deploymentVersion?.buildId ?? '';
      const drainage = DRAINAGE[summary.drainageInfo?.status ?? summary.drainageStatus ?? 0];
      const routed = buildId === currentBuildId ? 'current' : buildId === rampingBuildId ? 'ramping' : null;
      return { buildId, state: routed ?? drainage ?? 'inactive', createdAtMs: millisecondsOf(summary.createTime) };
    });
    return {
      currentBuildId,
      rampingBuildId,
      rampingPercent: info?.routingConfig?.rampingVersionPercentage ?? 0,
      versions: versions.sort((a, b) => b.createdAtMs - a.createdAtMs),
    };
  } catch (error) {
    if (hasCode(error, GRPC_NOT_FOUND)) return null;
    throw error;
  }
}

/**
 * New workflows go to this build from now on; those that run stay where they are, unless they are told to follow. Throws a
 * sentence where workers of the build are missing.
 */
export async function setCurrentVersion(
  service: DeploymentService,
  given: { readonly namespace: string; readonly deploymentName: string; readonly buildId: string },
): Promise<void> {
  try {
    await service.setWorkerDeploymentCurrentVersion({ ...given, version: `${given.deploymentName}.${given.buildId}` });
  } catch (error) {
    if (!hasCode(error, GRPC_FAILED_PRECONDITION)) throw error;
    throw new Error(
      `the workers of ${given.buildId} do not poll every queue yet that those of the current release do: start all of them, wait some seconds, then try again`,
      { cause: error },
    );
  }
}

/** A share of the new workflows, in percent, goes to this build. */
export async function setRampingVersion(
  service: DeploymentService,
  given: {
    readonly namespace: string;
    readonly deploymentName: string;
    readonly buildId: string;
    readonly percent: number;
  },
): Promise<void> {
  const { percent, ...version } = given;
  await service.setWorkerDeploymentRampingVersion({
    ...version,
    version: `${given.deploymentName}.${given.buildId}`,
    percentage: percent,
  });
}

function millisecondsOf(
  time: { readonly seconds?: { toNumber(): number } | null; readonly nanos?: number | null } | null | undefined,
): number {
  return (time?.seconds?.toNumber() ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6);
}

function hasCode(error: unknown, code: number): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
