import { createCheckpointSaver } from '../../../training/neural/checkpoint-saver';
import type { Checkpoint } from '../../../training/neural/contract';
import { memoryCheckpoints } from '../../support/memory-checkpoints';

/** A checkpoint with nothing in it but its step. */
const at = (step: number): Checkpoint => {
  const empty = new Float32Array();
  const state = { step } as Checkpoint['state'];
  return { identity: 'a', state, weights: empty, bestWeights: empty, firstMoment: empty, secondMoment: empty };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the saver of checkpoints', () => {
  it('asks for one when the interval has passed', () => {
    const clock = { ms: 0 };
    const saver = createCheckpointSaver(memoryCheckpoints(), 1000, () => clock.ms);
    expect([999, 1000].map((ms) => ((clock.ms = ms), saver.isDue()))).toEqual([false, true]);
    saver.offer(() => at(1), 'interval');
    expect(saver.isDue()).toBe(false);
    clock.ms = 2000;
    expect(saver.isDue()).toBe(true);
  });

  it('asks less often where a checkpoint costs more than a fiftieth of the interval', async () => {
    const clock = { ms: 0 };
    const sink = { ...memoryCheckpoints(), save: () => ((clock.ms += 30), turn()) };
    const saver = createCheckpointSaver(sink, 1000, () => clock.ms);
    saver.offer(() => ((clock.ms += 10), at(1)), 'interval');
    await Promise.resolve();
    saver.waited(20);
    await saver.settle();
    // Copying took 10, beginning to write 30, and training waited 20 while it went on: 60, fifty times which is 3000.
    expect(saver.facts().stoodStillMs).toBe(60);
    expect([2990, 3010].map((ms) => ((clock.ms = 10 + ms), saver.isDue()))).toEqual([false, true]);
    saver.waited(20);
    expect(saver.facts().stoodStillMs).toBe(60);
  });

  it('can afford one at every epoch until they have taken their share', async () => {
    const clock = { ms: 0 };
    const saver = createCheckpointSaver(memoryCheckpoints(), 1000, () => clock.ms);
    saver.offer(() => ((clock.ms += 400), at(1)), 'epoch');
    expect(saver.isAffordable()).toBe(true);
    await saver.settle();
    saver.offer(() => ((clock.ms += 200), at(2)), 'epoch');
    expect([600, 4999, 5000].map((ms) => ((clock.ms = ms), saver.isAffordable()))).toEqual([false, false, true]);
  });

  it('lets a write of many turns get done between two updates, while that is affordable', async () => {
    const clock = { ms: 0 };
    const slow = async (): Promise<void> => {
      for (let i = 0; i < 12; i += 1) await turn();
    };
    const saver = createCheckpointSaver({ ...memoryCheckpoints(), save: slow }, 1000, () => clock.ms);
    saver.offer(() => at(1), 'interval');
    await saver.letWrite();
    expect(saver.facts().savedStep).toBe(1);
    saver.offer(() => ((clock.ms += 600), at(2)), 'interval');
    await saver.letWrite();
    expect(saver.facts().savedStep).toBe(1);
    await saver.settle();
    expect(saver.facts().savedStep).toBe(2);
  });

  it('writes one at a time; of those that wait the newest', async () => {
    const gates: (() => void)[] = [];
    let open = 0;
    const sink = memoryCheckpoints({
      beforeSave: async () => {
        open += 1;
        expect(open).toBe(1);
        await new Promise<void>((resolve) => gates.push(resolve));
        open -= 1;
      },
    });
    const saver = createCheckpointSaver(sink, 1000);
    for (const step of [1, 2, 3]) {
      saver.offer(() => at(step), 'interval');
      await turn();
    }
    expect(saver.facts().savedStep).toBeNull();
    gates[0]?.();
    await turn();
    gates[1]?.();
    await saver.settle();
    expect(sink.saved.map(({ checkpoint }) => checkpoint.state.step)).toEqual([1, 3]);
    expect(saver.facts()).toMatchObject({ savedStep: 3, checkpoints: 2 });
  });

  it('writes nothing more after a fault', async () => {
    const fenced = (): never => {
      throw Object.assign(new Error('another attempt'), { code: 'Fenced' });
    };
    const sink = memoryCheckpoints({ beforeSave: fenced });
    const saver = createCheckpointSaver(sink, 1000);
    saver.offer(() => at(1), 'epoch');
    await saver.settle();
    saver.offer(() => at(2), 'epoch');
    await saver.settle();
    expect(saver.fault()).toMatchObject({ fault: { code: 'Fenced', message: 'another attempt' } });
    expect(sink.saved).toEqual([]);
  });
});
