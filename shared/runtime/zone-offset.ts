/**
 * Reads how far the clocks of an IANA zone are ahead of UTC at an instant (both in milliseconds, positive east); null where
 * there is no such zone.
 */
export function zoneOffset(zone: string): ((instantMs: number) => number) | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  return (instantMs) => {
    const shown = new Map(format.formatToParts(instantMs).map((part) => [part.type, Number(part.value)]));
    const field = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? NaN;
    const local = Date.UTC(
      field('year'),
      field('month') - 1,
      field('day'),
      field('hour'),
      field('minute'),
      field('second'),
    );
    return local - Math.floor(instantMs / 1000) * 1000;
  };
}
