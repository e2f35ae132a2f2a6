import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

export const BUNDLE_PATH = join(__dirname, '..', 'workflow-bundle.js');

/** Bundles the workflows at build time; a worker refuses to start without the bundle. */
export async function buildBundle(target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath: join(__dirname, '..', 'workflows', 'index.js') });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.tmp`, code);
  await rename(`${target}.tmp`, target);
}

if (require.main === module) {
  buildBundle(BUNDLE_PATH).catch((error: unknown) => {
    process.stderr.write(`the workflow bundle could not be built: ${String(error)}\n`);
    process.exitCode = 1;
  });
}
