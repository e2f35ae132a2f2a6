import { EventEmitter } from 'node:events';
import { listenForStop } from '../../../cli/runtime/stop-request';

function listening() {
  const signals = new EventEmitter();
  const left: number[] = [];
  return { signals, left, stop: listenForStop(signals, (exitCode) => left.push(exitCode)) };
}

describe('signals of a command that follows something', () => {
  it('the first is a request', async () => {
    const { signals, left, stop } = listening();
    expect(stop.requested()).toBeNull();
    signals.emit('SIGTERM');
    await stop.whenRequested;
    expect({ asked: stop.requested(), left }).toEqual({ asked: 'SIGTERM', left: [] });
  });

  it.each([
    ['SIGINT', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGINT', 'SIGTERM', 143],
  ])('%s, then %s leaves at once with %i', (first, second, exitCode) => {
    const { signals, left, stop } = listening();
    signals.emit(first);
    signals.emit(second);
    expect({ asked: stop.requested(), left }).toEqual({ asked: first, left: [exitCode] });
  });
});
