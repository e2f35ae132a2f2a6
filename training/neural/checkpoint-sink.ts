import type { CheckpointLine } from '../../shared/store/checkpoint-line';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-bytes';
import type { CheckpointSink } from './contract';

/**
 * Checkpoints of a training in its line of the store. One that cannot be read, or that belongs to another model, is passed
 * over with a warning and the one before it is used.
 */
export function checkpointSink(
  line: CheckpointLine,
  onWarning: (message: string) => void = () => undefined,
): CheckpointSink {
  return {
    latest: async (identity) => {
      for await (const { name, bytes } of line.newestFirst()) {
        const decoded = decodeCheckpoint(bytes);
        if (decoded.ok && decoded.value.identity === identity) return decoded.value;
        const reason = decoded.ok ? 'it belongs to another model, version or shape' : decoded.fault.message;
        onWarning(`checkpoint ${name} is passed over: ${reason}`);
      }
      return null;
    },
    save: (checkpoint, reason) => {
      const { step, epoch, bestEpoch, bestLoss, rungs } = checkpoint.state;
      return line.save(encodeCheckpoint(checkpoint), {
        step,
        kind: reason,
        isBest: reason === 'epoch' && bestEpoch === epoch - 1,
        meta: { epoch, bestEpoch, bestLoss, rungs: rungs.length },
      });
    },
    recordEpoch: (metrics) => line.appendEpoch(metrics),
  };
}
