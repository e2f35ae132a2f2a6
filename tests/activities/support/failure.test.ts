import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { failureFrom } from '../../../activities/support/failure';
import { ERRORS } from '../../../shared/names/errors';

const ONCE = { timesSoFar: 1, log: null, ladder: null };
/** The server replaces the failure of a retried activity beyond 4 KB. */
const MAX_RETRIED_BYTES = 3_500;
/** Four bytes, two UTF-16 units. */
const CANDLE = '🕯';

/** Message, stack and details as they travel. */
function serialisedBytes(error: Error): number {
  const failure = new DefaultFailureConverter().errorToFailure(error, defaultPayloadConverter);
  const { message, stackTrace, applicationFailureInfo } = failure;
  const payloads = applicationFailureInfo?.details?.payloads ?? [];
  const detailBytes = payloads.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  if (detailBytes === 0) throw new Error('the failure has no details');
  return Buffer.byteLength(`${message ?? ''}${stackTrace ?? ''}${applicationFailureInfo?.type ?? ''}`) + detailBytes;
}

describe('the failure of a fault', () => {
  it.each(Object.entries(ERRORS))(
    '%s is retried or not as the error table says',
    (code, { retryable, owner, remedy }) => {
      const failure = failureFrom({ code, message: 'what happened' }, ONCE);
      expect(failure).toMatchObject({ type: code, message: 'what happened', nonRetryable: !retryable });
      expect(failure.details?.[0]).toEqual({ owner, remedy, log: null, details: {} });
    },
  );

  it.each(['TrainerCrashed', 'OutOfMemory', 'DeviceFailure', 'Unexpected'])(
    '%s is given up at the fifth time',
    (code) => {
      const at = (timesSoFar: number) =>
        failureFrom({ code, message: 'gone' }, { timesSoFar, log: 'the.log', ladder: null });
      expect([1, 4, 5, 6].map((times) => at(times).nonRetryable)).toEqual([false, false, true, true]);
      expect(at(5).message).toBe('gone (the 5th time on this input: given up)');
      expect(at(5).details?.[0]).toMatchObject({ log: 'the.log' });
    },
  );

  it.each(['StoreUnavailable', 'StorageFull', 'SourceUnavailable', 'EngineUnavailable'])(
    '%s is never given up: it goes on once it is mended',
    (code) => {
      expect(failureFrom({ code, message: 'away' }, { timesSoFar: 1_000, log: null, ladder: null }).nonRetryable).toBe(
        false,
      );
    },
  );

  const retried = Object.entries(ERRORS).filter(([, { retryable }]) => retryable);
  const longDetails = {
    candles: { stderrTail: CANDLE.repeat(5_000) },
    quotes: { stderrTail: '"\\'.repeat(5_000) },
    'control characters': { stderrTail: '\u0001\n\t'.repeat(3_000) },
    'lone surrogates': { stderrTail: '\uD83D'.repeat(5_000) },
  };
  const cases = retried.flatMap(([code]) =>
    Object.entries(longDetails).map(([what, details]) => ({ code, what, details })),
  );

  it.each(cases)('$code with long $what fits into what the server keeps', ({ code, details }) => {
    const failure = failureFrom(
      { code, message: `x${CANDLE.repeat(5_000)}`, details },
      { timesSoFar: 5, log: `/home/somebody/.candlewick/logs/${'train-'.repeat(10)}.log`, ladder: null },
    );
    expect(serialisedBytes(failure)).toBeLessThan(MAX_RETRIED_BYTES);
  });

  it('a final one keeps a long message whole, as long as people may want to read it', () => {
    const message = 'models: unknown key; '.repeat(300);
    expect(failureFrom({ code: 'InvalidConfig', message }, ONCE).message).toBe(message);
    expect(Buffer.byteLength(failureFrom({ code: 'InvalidConfig', message: message.repeat(9) }, ONCE).message)).toBe(
      7_999,
    );
  });

  it.each([0, 1, 2, 3])('is cut between two characters, %i bytes in', (bytes) => {
    const { message } = failureFrom(
      { code: 'StoreUnavailable', message: 'x'.repeat(bytes) + CANDLE.repeat(2_000) },
      ONCE,
    );
    expect(message).toMatch(new RegExp(`^x{${String(bytes)}}${CANDLE}+…$`, 'u'));
  });

  it('keeps short details as they are', () => {
    const details = { rows: [1, 2], note: 'ü' };
    expect(failureFrom({ code: 'InvalidBars', message: '', details }, ONCE).details?.[0]).toMatchObject({ details });
  });
});
