import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openObjectStore } from '../../shared/store/open-store';
import type { PlantedBars } from './bar-files';
import { barsOfLocalZone, barsWithHoles } from './bar-files';
import { barFactsOf } from './bar-facts';
import { BASE_CONFIG, ROOMY_CONFIG, STALL_MS, STEEP_CONFIG, STEEP_RATE, barsConfig } from './drill-config';
import { drillRun } from './drill-run';
import type { RunOptions } from './drill-run';
import type { DrillSpace } from './drill-space';
import type { BarFacts, RunFacts, ScenarioFacts } from './facts';
import { NO_INJECTION } from './facts';
import {
  DISK_FULL,
  STORE_AWAY,
  capMemory,
  fillRealDisk,
  killTrainer,
  killWorker,
  stall,
  storeFault,
  truncateCheckpoint,
} from './inject';
import type { ScenarioName } from './scenarios';
import { canMakeSmallDisk, smallDisk } from './small-disk';
import { canCapMemory } from './trainers';

const SMALL_DISK_BYTES = 64_000_000;

/**
 * oneDNN's allocator keeps what it once had, and a cap set later would only be met by something new. With TensorFlow's plain
 * one, and large blocks taken from the system one by one, each step asks for its memory anew.
 */
const GIVES_MEMORY_BACK = {
  TF_ENABLE_ONEDNN_OPTS: '0',
  MALLOC_MMAP_THRESHOLD_: '262144',
  // A limit that training stays below by itself: with it the worker knows that memory is limited.
  CANDLEWICK_TRAINER_MEMORY_MB: '650',
};

/** The undisturbed run of the base configuration, made once and only where a scenario asks for it. */
export type Reference = () => Promise<RunFacts>;

export function referenceIn(space: DrillSpace): Reference {
  let made: Promise<RunFacts> | null = null;
  return () =>
    (made ??= drillRun(space, { place: space.place('undisturbed'), config: BASE_CONFIG }).then(({ run }) => run));
}

/** Does to a run what the scenario says, and tells everything that its judge looks at. */
export async function runScenario(
  space: DrillSpace,
  scenario: ScenarioName,
  reference: Reference,
): Promise<ScenarioFacts> {
  const place = space.place(scenario);
  const struck = async (options: Omit<RunOptions, 'place' | 'config'>): Promise<ScenarioFacts> => {
    const undisturbed = await reference();
    const { run, injection } = await drillRun(space, { place, config: BASE_CONFIG, ...options });
    return { run, injection, reference: undisturbed, bars: null };
  };
  switch (scenario) {
    case 'kill-trainer':
      return struck({ inject: killTrainer });
    case 'kill-worker':
      return struck({ inject: killWorker });
    case 'truncated-checkpoint':
      return struck({ inject: truncateCheckpoint });
    case 'store-5xx':
      return struck({ inject: (run) => storeFault(run, STORE_AWAY) });
    case 'store-slow':
      return struck({ inject: (run) => storeFault(run, stall(STALL_MS)) });
    case 'disk-full': {
      const { store } = place.settings;
      if (store.kind !== 'file' || !canMakeSmallDisk(store.root))
        return struck({ inject: (run) => storeFault(run, DISK_FULL) });
      const { root } = store;
      return struck({ inject: (run) => fillRealDisk(run, root), wrapping: smallDisk(root, SMALL_DISK_BYTES) });
    }
    case 'oom':
      return outOfMemory(space);
    case 'nan':
      return numbers(space, reference);
    case 'calendar':
      return calendar(space);
    default:
      return scenario satisfies never;
  }
}

async function outOfMemory(space: DrillSpace): Promise<ScenarioFacts> {
  const calm = await drillRun(space, {
    place: space.place('oom-undisturbed', GIVES_MEMORY_BACK),
    config: ROOMY_CONFIG,
  });
  if (!canCapMemory()) {
    const what = 'could not be injected: a cap on memory needs Linux with prlimit (util-linux)';
    return { run: calm.run, reference: calm.run, injection: { ...NO_INJECTION, what }, bars: null };
  }
  const place = space.place('oom', GIVES_MEMORY_BACK);
  const { run, injection } = await drillRun(space, { place, config: ROOMY_CONFIG, inject: capMemory });
  return { run, injection, reference: calm.run, bars: null };
}

async function numbers(space: DrillSpace, reference: Reference): Promise<ScenarioFacts> {
  const undisturbed = await reference();
  const { run } = await drillRun(space, { place: space.place('nan'), config: STEEP_CONFIG });
  const bars = await barsRun(space, 'nan-bars', barsWithHoles());
  const what = `a learning rate of ${String(STEEP_RATE)}; thirty bars without a price`;
  return { run, reference: undisturbed, injection: { ...NO_INJECTION, what }, bars };
}

async function calendar(space: DrillSpace): Promise<ScenarioFacts> {
  const bars = await barsRun(space, 'calendar', barsOfLocalZone());
  const what = 'bars of New York over both changes of its clocks, and a holiday of four days';
  return { run: bars.run, reference: null, injection: { ...NO_INJECTION, what }, bars };
}

/** Runs bars from a file. */
async function barsRun(space: DrillSpace, name: string, planted: PlantedBars): Promise<BarFacts> {
  const place = space.place(name);
  const path = join(place.settings.home, 'BARS.csv');
  writeFileSync(path, planted.csv);
  const { run } = await drillRun(space, { place, config: barsConfig(path, planted.timeZone) });
  return barFactsOf(openObjectStore({ store: place.settings.store }), run, planted).catch(() => ({
    ...{
      run,
      planted: planted.planted,
      dropped: 0,
      instants: planted.openMs.length,
      wrongInstants: planted.openMs.length,
    },
    ...{ trainRows: null, wholeWindows: 0, crossing: 0 },
  }));
}
