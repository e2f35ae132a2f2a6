import { existsSync } from 'node:fs';
import { findProgram, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const CHOICES = ['cpu', 'gpu', 'wasm'];

/**
 * Which builds of TensorFlow are to be set up: `CANDLEWICK_TENSORFLOW` decides, else whether an NVIDIA GPU was seen. The
 * processor's build always goes with the GPU's, since training moves there when the device fails. `forced`: the user asked
 * for the last of them by name, so that it must not be missing silently.
 */
export function tensorflowWanted(env, gpuSeen) {
  const asked = env.CANDLEWICK_TENSORFLOW || null;
  if (asked !== null && !CHOICES.includes(asked)) {
    throw new SetupError(
      `CANDLEWICK_TENSORFLOW is '${asked}'; set it to ${CHOICES.join(', ')}, or unset it to have the best one chosen.`,
    );
  }
  if (asked === 'wasm') return { variants: [], forced: true };
  const gpu = asked === 'gpu' || (asked === null && gpuSeen);
  return { variants: gpu ? ['cpu', 'gpu'] : ['cpu'], forced: asked !== null };
}

/** Whether this machine shows an NVIDIA GPU. Kept equal to `shared/runtime/tensorflow/device.ts`; cheap enough for every start. */
export function gpuDeviceFile() {
  return process.platform === 'linux' && existsSync('/dev/nvidia0');
}

/** The same, also asking the driver's own tool where there is no device file (Windows Subsystem for Linux). */
export async function gpuSeen(env) {
  if (gpuDeviceFile()) return true;
  const tool = findProgram('nvidia-smi', env);
  if (tool === null) return false;
  const { code, output } = await runCommand(tool, ['-L'], { env, timeoutMs: 10_000 });
  return code === 0 && /^GPU \d+:/m.test(output);
}
