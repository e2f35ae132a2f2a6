import type { Result } from '../../../domain/core/result';
import type { NativePart, NativeParts } from '../native-parts';

export type TensorLibraryKind = 'gpu' | 'cpu' | 'wasm';

/** What nets shall be computed by: `auto` is the best that is there. */
export type TensorLibraryWanted = TensorLibraryKind | 'auto';

/** What is there and what is asked for. */
export interface TensorLibraryRequest {
  readonly parts: Pick<NativeParts, 'tensorflow' | 'tensorflowGpu' | 'tensorflowWasm'>;
  readonly wanted: TensorLibraryWanted;
  /** Threads of one operation. The WASM backend has one, whatever is asked for. */
  readonly threads: number;
  /** Whether a GPU may be used: see `gpuIsVisible`. */
  readonly deviceVisible: boolean;
}

/** What will be opened, and why: one sentence for a log line, the doctor and the report. */
export interface TensorLibraryChoice {
  readonly kind: TensorLibraryKind;
  readonly part: FoundPart;
  readonly reason: string;
}

export type FoundPart = Extract<NativePart, { found: true }>;

/**
 * Which library computes nets. `auto`: TensorFlow on the GPU where one is visible, else on the processor, else WASM. `cpu` keeps
 * off the GPU and also falls to WASM. `gpu` and `wasm` mean nothing else: `EngineUnavailable`, with what to do, where it is missing.
 */
export function chooseTensorLibrary(request: TensorLibraryRequest): Result<TensorLibraryChoice> {
  const { wanted, parts, deviceVisible } = request;
  const gpu = onGpu(parts.tensorflowGpu, deviceVisible);
  switch (wanted) {
    case 'gpu':
      return gpu.ok ? gpu : unavailable(`A GPU was asked for, but ${gpu.fault.message}`);
    case 'wasm':
      return onWasm(parts.tensorflowWasm, 'as asked for');
    case 'cpu':
      return onProcessor(parts, '');
    case 'auto':
      return gpu.ok ? gpu : onProcessor(parts, deviceVisible ? `; the GPU is not used: ${gpu.fault.message}` : '');
    default:
      return wanted satisfies never;
  }
}

function onGpu(part: NativePart, deviceVisible: boolean): Result<TensorLibraryChoice> {
  if (!deviceVisible) {
    return unavailable('no NVIDIA GPU is visible: there is no /dev/nvidia0, or CUDA_VISIBLE_DEVICES hides it.');
  }
  if (!part.found) return unavailable(`${part.remedy}.`);
  return chosen('gpu', part, `TensorFlow ${part.version} on the GPU (${part.from})`);
}

function onProcessor(parts: TensorLibraryRequest['parts'], remark: string): Result<TensorLibraryChoice> {
  const { tensorflow, tensorflowWasm } = parts;
  if (!tensorflow.found) return onWasm(tensorflowWasm, `slower, because ${tensorflow.remedy}`);
  return chosen(
    'cpu',
    tensorflow,
    `TensorFlow ${tensorflow.version} on the processor (${tensorflow.from})${remark.replace(/\.$/, '')}`,
  );
}

function onWasm(part: NativePart, why: string): Result<TensorLibraryChoice> {
  if (!part.found) return unavailable(`Nets have nothing to run on: ${why}, and ${part.remedy}.`);
  return chosen('wasm', part, `the WASM backend of tfjs ${part.version} (${why})`);
}

function chosen(kind: TensorLibraryKind, part: FoundPart, reason: string): Result<TensorLibraryChoice> {
  return { ok: true, value: { kind, part, reason } };
}

function unavailable(message: string) {
  return { ok: false, fault: { code: 'EngineUnavailable', message } } as const;
}
