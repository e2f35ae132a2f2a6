import { createRedactor } from '../../../../shared/runtime/redact';
import { hidingTracing } from '../../../../shared/runtime/tracing/hiding-tracing';

const KEY = 'key-of-the-vendor';

describe('spans', () => {
  it('hide what logs hide, in what they are about and in why they failed', () => {
    const told: unknown[] = [];
    const tracing = hidingTracing(
      {
        startSpan: (_, { attributes }) => {
          told.push(attributes);
          const set = (more: unknown) => void told.push(more);
          const end = (how: unknown) => void told.push(how);
          return { traceparent: '00-1-1-01', traceId: '1', set, end };
        },
        close: () => Promise.resolve(),
      },
      createRedactor({ CANDLEWICK_SECRET_VENDOR: KEY }),
    );
    const span = tracing.startSpan('ask', { parent: null, attributes: { url: `?k=${KEY}`, tries: 2 } });
    span.set({ 'candlewick.code': KEY });
    span.end({ error: `refused ${KEY}`, atMs: 5 });
    expect(told).toEqual([
      { url: '?k=[secret]', tries: 2 },
      { 'candlewick.code': '[secret]' },
      { error: 'refused [secret]', atMs: 5 },
    ]);
  });
});
