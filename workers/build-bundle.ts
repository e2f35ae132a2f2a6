import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../shared/temporal/data-converter';

export const BUNDLE_PATH = join(__dirname, '..', 'workflow-bundle.js');
/** The same workflows, whose failures carry message and stack where a codec encrypts them. */
export const ENCRYPTED_BUNDLE_PATH = join(__dirname, '..', 'workflow-bundle-encrypted.js');

/** Bundles the workflows at build time; a worker refuses to start without its bundle. */
export async function buildBundle(target: string, failureConverterPath: string | null = null): Promise<void> {
  const folder = join(__dirname, '..', 'workflows');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(folder, 'index.js'),
    workflowInterceptorModules: [join(folder, 'trace-headers.js')],
    ...(failureConverterPath === null ? {} : { failureConverterPath }),
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.tmp`, code);
  await rename(`${target}.tmp`, target);
}

async function buildBundles(): Promise<void> {
  await buildBundle(BUNDLE_PATH);
  await buildBundle(ENCRYPTED_BUNDLE_PATH, `${FAILURE_CONVERTER_PATH}.js`);
}

if (require.main === module) {
  buildBundles().catch((error: unknown) => {
    process.stderr.write(`the workflow bundle could not be built: ${String(error)}\n`);
    process.exitCode = 1;
  });
}
