import { parseArgs } from 'node:util';
import { WORKER_ROLES } from '../shared/names/worker-roles';
import { createLogger } from '../shared/runtime/logger';
import { readSettings } from '../shared/runtime/settings';
import { runWorker } from './run-worker';

/** Process entry of every worker: `main.js --role control|cpu|gpu|vendor|all`. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' } } });
  const role = WORKER_ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(`unknown role '${values.role}'; expected ${WORKER_ROLES.join(', ')}`);
  const settings = readSettings(process.env, process.cwd());
  const logger = createLogger(settings, `worker-${role}`);
  // Node's own warnings are lines like all others (and are not printed besides: --no-warnings).
  process.on('warning', (warning) => logger.warn({ error: warning }, warning.message));
  await runWorker({ role, settings, logger });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    createLogger({ logLevel: 'error' }, 'worker').fatal(
      { error },
      error instanceof Error ? error.message : String(error),
    );
    process.exit(1);
  },
);
