import { decodeCheckpoint, encodeCheckpoint } from '../../../training/neural/checkpoint-bytes';
import { trainNet } from '../../../training/neural/train-net';
import type { Checkpoint } from '../../../training/neural/contract';
import { memoryCheckpoints } from '../../support/memory-checkpoints';
import { openTestBackend } from '../../support/tensor-backend';
import { netFit } from './net-fits';

let checkpoint: Checkpoint;

beforeAll(async () => {
  await openTestBackend();
  const checkpoints = memoryCheckpoints();
  await trainNet(netFit({ checkpoints }, { maxEpochs: 2 }));
  checkpoint = checkpoints.saved[0]!.checkpoint;
});

describe('bytes of a checkpoint', () => {
  it('come back bit for bit, from wherever they lie in memory', () => {
    const odd = { ...checkpoint, weights: Float32Array.of(-0, NaN, 1e-45, Infinity, 1 / 3) };
    const bytes = encodeCheckpoint(odd);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const back = decodeCheckpoint(shifted.subarray(3));
    if (!back.ok) throw new Error(back.fault.message);
    expect(back.value).toEqual(odd);
    expect(Buffer.from(encodeCheckpoint(back.value))).toEqual(Buffer.from(bytes));
  });

  it('are refused with any bit turned, cut off, or of something else', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const faults = [
      ...[8, 45, 60, Math.floor(bytes.length / 2), bytes.length - 1].map((at) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        return decodeCheckpoint(damaged);
      }),
      decodeCheckpoint(bytes.subarray(0, bytes.length - 4)),
      decodeCheckpoint(bytes.subarray(0, 20)),
      decodeCheckpoint(new Uint8Array()),
      decodeCheckpoint(new TextEncoder().encode('{"format":"candlewick-model"}'.padEnd(200))),
    ];
    for (const fault of faults) expect(fault).toMatchObject({ ok: false, fault: { code: 'ArtifactCorrupt' } });
  });
});
