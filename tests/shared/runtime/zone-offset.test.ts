import { zoneOffset } from '../../../shared/runtime/zone-offset';

const HOUR_MS = 3_600_000;

describe('zoneOffset', () => {
  it.each([
    ['UTC', '2026-03-08T06:59:59Z', 0],
    ['America/New_York', '2026-03-08T06:59:59.999Z', -5],
    ['America/New_York', '2026-03-08T07:00:00Z', -4],
    ['Europe/Berlin', '2026-10-25T00:59:59Z', 2],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 1],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 5.75],
    ['Pacific/Kiritimati', '2026-12-31T12:00:00Z', 14],
    ['America/New_York', '1969-12-31T23:59:59.500Z', -5],
  ])('%s at %s is %d hours ahead', (zone, instant, hours) => {
    expect(zoneOffset(zone)?.(Date.parse(instant))).toBe(hours * HOUR_MS);
  });

  it('is null where there is no such zone', () => {
    expect(zoneOffset('Mars/Olympus')).toBeNull();
    expect(zoneOffset('')).toBeNull();
  });
});
