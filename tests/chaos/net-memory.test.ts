import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../cli/drill/wait';
import { fitSchema } from '../../shared/contracts/model-artifacts';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { lostSteps } from '../../shared/store/attempts';
import { openFileStore } from '../../shared/store/open-store';
import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import { freeze } from '../support/chaos-kills';
import type { NetRun } from '../support/chaos-nets';
import {
  CHAOS_SYMBOL,
  attemptsAt,
  documentOf,
  netActivity,
  netPlan,
  pidOf,
  recordOf,
  startNetRun,
} from '../support/chaos-nets';
import { attemptsOf, contradictions, damagedIn, markersOf } from '../support/chaos-store';
import type { ChaosUi } from '../support/chaos-ui';
import { openChaosUi } from '../support/chaos-ui';
import { canCapMemory, capMemoryOf } from '../support/memory-cap';
import { signalProcess } from '../support/processes';

const TEST_LIMIT_MS = 400_000;
const SEE_LIMIT_MS = 120_000;
const FAMILY = 'transformer';
const BATCH = 256;
const EPOCHS = 3;
/** Between what a step of half the batch needs and one of the whole, both above what stands between two steps. */
const CAP_AT_SHARE = 0.75;

/**
 * oneDNN's allocator keeps what it once had, and a cap set later would only be met by something new. With TensorFlow's plain one,
 * and large blocks taken from the system one by one, each step asks for its memory anew.
 */
const GIVES_MEMORY_BACK = { TF_ENABLE_ONEDNN_OPTS: '0', MALLOC_MMAP_THRESHOLD_: '262144' };

/** Attention between all bars of a window: matrices that grow with the batch, and little to compute on them. */
const ROOMY_NET = [
  ...['nets.lookback=96', `nets.batchSize=${String(BATCH)}`, `nets.maxEpochs=${String(EPOCHS)}`],
  // Checkpoints at the ends of epochs only, so that two runs which run out of memory in the same epoch go on from one step.
  'nets.checkpointSeconds=600',
  ...['width=16', 'heads=8', 'layers=2', 'feedForward=16'].map((size) => `models.transformer.${size}`),
];

// Where the system has no caps there is none to hit; the ladder and the classification have tests of their own.
const onCappingSystems = canCapMemory() ? describe : describe.skip;

onCappingSystems('a memory cap that a net’s trainer hits in its second epoch', () => {
  let home: ChaosHome;
  let ui: ChaosUi;
  let calm: NetRun;

  beforeAll(async () => {
    home = createChaosHome({
      ...netPlan([FAMILY], ...ROOMY_NET),
      env: { CANDLEWICK_TRAINERS: '1', CANDLEWICK_TRAINER_MEMORY_MB: '650', ...GIVES_MEMORY_BACK },
    });
    calm = startRun('calm');
    await documentOf(calm.command);
    ui = await openChaosUi(home.home);
  }, TEST_LIMIT_MS);

  afterAll(async () => {
    await ui.close();
    const left = await home.stopAll();
    home.destroy();
    expect(left).toEqual([]);
  }, TEST_LIMIT_MS);

  it(
    'OutOfMemory, one rung down as an activity of its own under the same cap, with the same batch and next to the same loss',
    async () => {
      const run = startRun('capped');
      await capInSecondEpoch(run);
      // First why it is on the rung, then where training is on it.
      const shown = new RegExp(`train ${FAMILY}-h20\\+60-f0 \\((rung 1: out of memory at step|epoch .*, rung 1, )`);
      await waitFor('the details to show the rung', SEE_LIMIT_MS, async () => {
        if (run.command.hasEnded()) throw new Error('the run ended before its details showed the rung');
        return shown.test(await ui.details(`capped/${CHAOS_SYMBOL}`)) ? true : null;
      });
      expect(await documentOf(run.command)).toMatchObject({ status: 'done' });
      expect(damagedIn(run.storeRoot)).toEqual([]);
      expect(contradictions(markersOf(run.storeRoot), await attemptsOf(run.storeRoot, run.runId))).toEqual([]);

      const fits = (await ui.scheduled(`capped/${CHAOS_SYMBOL}`)).filter(({ type }) => type === 'train');
      expect(fits.map(({ id }) => id)).toEqual([netActivity(FAMILY), netActivity(FAMILY, 1)]);
      const note = /out of memory at step \d+ on the processor with 256 windows at once: now 128, accumulated 2 times/;
      expect(fits[1]!.summary).toMatch(new RegExp(`^GEN01 train ${FAMILY}-h20\\+60-f0 · rung 1: ${note.source}`));

      const [lost, next] = await attemptsAt(run, FAMILY);
      const undisturbed = (await recordOf(calm)).symbols[0]!.models[0]!.training[0]!;
      const inEpoch = undisturbed.steps / EPOCHS;
      expect(lost).toMatchObject({ outcome: 'failed', code: 'OutOfMemory' });
      expect(lostSteps(lost!)).toBeLessThanOrEqual(inEpoch);
      expect(next).toMatchObject({ outcome: 'published', training: { resumedAtStep: inEpoch } });
      const { interruptions, symbols } = await recordOf(run);
      expect(interruptions).toMatchObject([{ code: 'OutOfMemory', lostSteps: lostSteps(lost!) }]);
      const training = symbols[0]!.models[0]!.training[0]!;
      expect(training.rungs).toMatchObject([{ cause: 'OutOfMemory', microBatch: BATCH / 2, device: 'cpu' }]);

      expect(training.steps).toBe(undisturbed.steps);
      const [loss, undisturbedLoss] = [training, undisturbed].map(({ epochs }) => epochs.at(-1)!.stoppingLoss);
      expect(Math.abs(loss! / undisturbedLoss! - 1)).toBeLessThan(0.01);

      const twin = startRun('twin');
      await capInSecondEpoch(twin);
      await documentOf(twin.command);
      const [net, twinNet] = await Promise.all([netOf(run), netOf(twin)]);
      expect(twinNet).toEqual(net);
      expect((await netOf(calm)).model).not.toBe(net.model);
    },
    TEST_LIMIT_MS,
  );

  function startRun(runId: string): NetRun {
    return startNetRun(home, runId, join(home.home, `store-${runId}`));
  }

  /** Watches what the first trainer needs, caps it below that when its first epoch is saved, and caps its successor alike. */
  async function capInSecondEpoch(run: NetRun): Promise<void> {
    const seen: number[] = [];
    const trainer = await waitFor('the first epoch to be saved', SEE_LIMIT_MS, async () => {
      const fit = (await attemptsAt(run, FAMILY)).find(({ training }) => training !== null && training.step > 0);
      if (fit === undefined) return null;
      const pid = pidOf(run, 'compute');
      seen.push(dataBytesOf(pid));
      return checkpointsIn(run.storeRoot) > 0 ? pid : null;
    });
    await freeze(home, trainer);
    const [least, most] = [Math.min(...seen), Math.max(...seen)];
    const capBytes = Math.round(least + CAP_AT_SHARE * (most - least));
    capMemoryOf(trainer, capBytes);
    signalProcess(trainer, 'SIGCONT');
    const successor = await waitFor('another trainer', SEE_LIMIT_MS, () => {
      return home.processes().find(({ role, pid }) => role === 'compute' && pid !== trainer)?.pid ?? null;
    });
    capMemoryOf(successor, capBytes);
  }
});

/** Private, writable memory of a process, which is what the cap counts. */
function dataBytesOf(pid: number): number {
  const kilobytes = /^VmData:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

function checkpointsIn(storeRoot: string): number {
  const folder = join(storeRoot, 'checkpoints');
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /markers\/.*\.json$/.test(name))
    .length;
}

/** The bytes of the fitted net and the course of its training, without what says when it happened. */
async function netOf(run: NetRun) {
  const { artifacts } = openFileStore(run.storeRoot, () => undefined);
  const marker = markersOf(run.storeRoot).find(({ stage }) => stage === 'train');
  const fit = fitSchema.parse(await artifacts.getJson(marker!.outputs['model']!, ARTIFACT_KINDS.fit));
  const { epochs, bestEpoch, steps } = (await recordOf(run)).symbols[0]!.models[0]!.training[0]!;
  return { model: fit.model.sha256, epochs, bestEpoch, steps };
}
