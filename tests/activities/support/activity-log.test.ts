import { asActivity } from '../bench';
import { createActivityLogs } from '../../../activities/support/activity-log';
import { TextTail } from '../../../activities/support/text-tail';

it('keeps an activity waiting for a store that does not answer for five seconds at most', async () => {
  const written: string[] = [];
  const logs = createActivityLogs(
    { write: ({ activityId }, text) => (written.push(activityId, text), new Promise<string>(() => undefined)) },
    (text) => text,
  );
  await expect(asActivity(() => logs.open('run-1').close('gone'))).resolves.toBeNull();
  expect(written[0]).toBe('activity-1');
  expect(written[1]).toContain('--- end\ngone\n');
});

it('is a quarter of a megabyte at most, whatever the child says, and keeps the last of it', async () => {
  let kept = '';
  const logs = createActivityLogs({ write: (_, text) => ((kept = text), Promise.resolve('there')) }, (text) => text);
  await asActivity(() => {
    const log = logs.open('run-1');
    for (let line = 0; line < 40_000; line += 1) log.childSaid(`${'🕯'.repeat(10)} line ${String(line)}\n`);
    for (let line = 0; line < 10_000; line += 1) log.note(`event ${String(line)} ${'x'.repeat(50)}`);
    return log.close('y'.repeat(100_000));
  });
  expect(Buffer.byteLength(kept)).toBeLessThan(258 * 1024);
  expect(Buffer.byteLength(kept)).toBeGreaterThan(240 * 1024);
  expect(kept).toContain('line 39999\n');
  expect(kept).toContain('event 9999 ');
  expect(kept).toMatch(/bytes before this are not kept\]/);
});

it('a tail is cut between characters and counts what it let go', () => {
  const tail = new TextTail(10);
  expect(tail.read()).toBe('');
  tail.push('🕯🕯🕯');
  expect(tail.read()).toBe('[… 2 bytes before this are not kept]\n🕯🕯');
});
