import { resolve } from 'node:path';
import { z } from 'zod';
import { ALERT_VARIABLES, alertSettingsOf, type AlertSettings } from './settings/alert-settings';
import { COMPUTE_VARIABLES, computeSettingsOf, type ComputeSettings } from './settings/compute-settings';
import { CONNECTION_VARIABLES, connectionSettingsOf, type ConnectionSettings } from './settings/connection-settings';
import { DEPLOYMENT_VARIABLES, deploymentSettingsOf, type DeploymentSettings } from './settings/deployment-settings';
import { SOURCE_VARIABLES, sourceSettingsOf, type SourceSettings } from './settings/source-settings';
import { DRILL_VARIABLES, drillSettingsOf, type DrillSettings } from './settings/drill-settings';
import { STORE_VARIABLES, storeSettingsOf, type StoreSettings } from './settings/store-settings';
import { VENDOR_VARIABLES, vendorSettingsOf, type VendorSettings } from './settings/vendor-settings';
import { WATCH_VARIABLES, watchSettingsOf, type WatchSettings } from './settings/watch-settings';

const environmentSchema = z.object({
  CANDLEWICK_HOME: z.string().min(1).optional(),
  ...STORE_VARIABLES,
  ...SOURCE_VARIABLES,
  ...CONNECTION_VARIABLES,
  ...DEPLOYMENT_VARIABLES,
  ...WATCH_VARIABLES,
  ...COMPUTE_VARIABLES,
  ...VENDOR_VARIABLES,
  ...DRILL_VARIABLES,
  ...ALERT_VARIABLES,
});

/** What a process takes from its environment, read once at its entry point and passed on. */
export interface Settings
  extends
    StoreSettings,
    SourceSettings,
    ConnectionSettings,
    DeploymentSettings,
    WatchSettings,
    ComputeSettings,
    VendorSettings,
    DrillSettings,
    AlertSettings {
  /** The state folder: Temporal's database, the default store, addresses of running processes, logs. */
  readonly home: string;
}

/** Reads the environment, naming every wrong variable at once. Throws an Error that a person can read. */
export function readSettings(env: NodeJS.ProcessEnv, workingDirectory: string): Settings {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new Error(`wrong environment variables: ${faults}`);
  }
  const given = parsed.data;
  const home = resolve(workingDirectory, given.CANDLEWICK_HOME ?? '.candlewick');
  const connection = connectionSettingsOf(given, env, workingDirectory);
  return {
    home,
    ...storeSettingsOf(given, home, workingDirectory, env),
    ...sourceSettingsOf(given, workingDirectory),
    ...connection,
    ...deploymentSettingsOf(given),
    ...watchSettingsOf(given),
    ...computeSettingsOf(given),
    ...vendorSettingsOf(given),
    ...drillSettingsOf(given, connection.namespace),
    ...alertSettingsOf(given),
  };
}
