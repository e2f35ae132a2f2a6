import type { Places } from '../activities/child/process-pool';
import { locateNativeParts } from '../shared/runtime/native-parts';
import type { Settings } from '../shared/runtime/settings';
import { chooseTensorLibrary } from '../shared/runtime/tensorflow/choose-library';
import { gpuIsVisible, tensorLibraryWanted, visibleGpus } from '../shared/runtime/tensorflow/device';
import { tensorChildEnvironment, tensorEnvironment } from '../shared/runtime/tensorflow/environment';

export interface ComputePlaces extends Places {
  /** What nets run on there and why, or why they cannot, in a sentence for the log. */
  readonly netsOn: string;
}

/**
 * Where a queue's stages are computed: on as many processes as there are trainers, or as there are graphics processors, each
 * of which sees its own device only. What nets run on is in the environment from the start, because the system's loader looks
 * for CUDA's libraries then and never again.
 */
export function computePlaces(device: 'cpu' | 'gpu', settings: Settings, env: NodeJS.ProcessEnv): ComputePlaces {
  const wanted = device === 'gpu' ? 'gpu' : wantedOnProcessor(env);
  const gpus = device === 'gpu' ? visibleGpus(env) : [];
  const threads = settings.trainerThreads;
  const parts = locateNativeParts(env);
  const choice = chooseTensorLibrary({ parts, wanted, threads, deviceVisible: gpuIsVisible(env) });
  const tensor = choice.ok ? tensorChildEnvironment(choice.value, threads, env) : tensorEnvironment(threads);
  return {
    size: device === 'gpu' ? Math.max(1, gpus.length) : settings.trainers,
    env: { ...env, ...tensor, CANDLEWICK_TENSORFLOW: wanted },
    netsOn: choice.ok ? choice.value.reason : choice.fault.message,
    envOfPlace: (place) => {
      const gpu = gpus[place];
      return gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu };
    },
  };
}

/** A queue of processors computes on processors, also where the machine has a graphics processor. */
function wantedOnProcessor(env: NodeJS.ProcessEnv): 'cpu' | 'wasm' {
  return tensorLibraryWanted(env) === 'wasm' ? 'wasm' : 'cpu';
}
