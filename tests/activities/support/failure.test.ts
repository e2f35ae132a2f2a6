import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import * as fc from 'fast-check';
import { failureFrom } from '../../../activities/support/failure';
import { StageFault, faultOf } from '../../../activities/support/stage-fault';
import { ERRORS, isErrorCode } from '../../../shared/names/errors';

const ONCE = { timesSoFar: 1, log: null, ladder: null };
/** The server replaces the failure of a retried activity beyond 4 KB. */
const MAX_RETRIED_BYTES = 3_500;
/** Four bytes, two UTF-16 units. */
const CANDLE = '🕯';

/** As the server measures it: the bytes of the message of its API. */
function serialisedBytes(error: Error): number {
  const failure = new DefaultFailureConverter().errorToFailure(error, defaultPayloadConverter);
  if ((failure.applicationFailureInfo?.details?.payloads ?? []).length === 0) throw new Error('it has no details');
  return temporal.api.failure.v1.Failure.encode(failure).finish().length;
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

  it('tells in the place of a stack what an operator needs', () => {
    const place = {
      host: 'machine#12',
      rung: '1: out of memory at step 40: now 32 windows',
      checkpoint: { step: 120, epoch: 3, ageSeconds: 14.4 },
    };
    const failure = failureFrom(
      { code: 'TrainerCrashed', message: 'SIGSEGV' },
      { timesSoFar: 1, log: '/store/runs/r/logs/train-1.txt', ladder: null, place },
    );
    expect(failure.stack).toBe(
      [
        'TrainerCrashed: tried again by itself; to act: whoever runs the machines',
        `  what to do  ${ERRORS.TrainerCrashed.remedy}`,
        '  runbook     docs/runbook.md#trainercrashed',
        '  rung        1: out of memory at step 40: now 32 windows',
        '  checkpoint  step 120, epoch 3, 14 s before the failure',
        '  worker      machine#12',
        '  log         /store/runs/r/logs/train-1.txt',
      ].join('\n'),
    );
    expect(failure.details?.[0]).toMatchObject({ ...place, log: '/store/runs/r/logs/train-1.txt' });
  });

  it('says so where there is neither a checkpoint nor a log', () => {
    const place = { host: 'machine#12', rung: null, checkpoint: null };
    const { stack } = failureFrom({ code: 'StoreUnavailable', message: 'away' }, { ...ONCE, place });
    expect(stack).toContain('  rung        none: as configured\n');
    expect(stack).toContain('  checkpoint  none: the next attempt begins at the start\n');
    expect(stack).toContain('  log         none was written; see the log of the worker');
  });
});

/** Texts that grow on their way: escaped, in many bytes, or broken in the midst of a character. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(CANDLE, '"', '\\', '\u0001', '\uD83D', '\uDE00', '\n', '\u2028', 'x'),
);
const nastyText = fc.tuple(nasty, fc.nat({ max: 3_000 })).map(([text, times]) => text.repeat(times).slice(0, 20_000));
const nastyError: fc.Arbitrary<Error> = fc
  .array(nastyText, { minLength: 1, maxLength: 5 })
  .map((messages) => messages.reduceRight<Error | undefined>((cause, text) => new Error(text, { cause }), undefined)!);

describe('whatever is thrown', () => {
  const retriedCodes = Object.entries(ERRORS).flatMap(([code, { retryable }]) => (retryable ? [code] : []));

  it('fits, retried, into what the server keeps, with its code, its place and its log', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...retriedCodes),
        nastyError,
        fc.dictionary(nastyText, fc.oneof(nastyText, fc.double(), fc.array(fc.nat()))),
        fc.record({ host: nastyText, rung: fc.option(nastyText), log: fc.option(nastyText) }),
        (code, error, details, { host, rung, log }) => {
          const fault = faultOf(new StageFault({ code, message: error.message, details }), isErrorCode);
          const causes = faultOf(error, isErrorCode).details?.causes;
          const checkpoint = { step: 123_456, epoch: 999, ageSeconds: 86_400 };
          const failure = failureFrom(
            { ...fault, details: { ...fault.details, causes } },
            { timesSoFar: 1, log, ladder: null, place: { host, rung, checkpoint } },
          );
          expect(serialisedBytes(failure)).toBeLessThan(MAX_RETRIED_BYTES);
          expect(failure).toMatchObject({ type: code, nonRetryable: false });
          expect(failure.stack).toContain('  checkpoint  step 123456, epoch 999, 86400 s before the failure\n');
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is told with what stood behind it, a loop of causes too', () => {
    const refused = new Error('connect ECONNREFUSED');
    const fault = faultOf(new Error('the store does not answer', { cause: refused }), isErrorCode);
    expect(fault).toMatchObject({ code: 'Unexpected', details: { causes: ['connect ECONNREFUSED'] } });
    const loop = new Error('a');
    loop.cause = new Error('b', { cause: loop });
    expect(faultOf(loop, isErrorCode).details).toEqual({ causes: ['b', 'a'] });
  });
});
