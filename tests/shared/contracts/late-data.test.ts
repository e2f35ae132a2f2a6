import { lateDataSchema } from '../../../shared/contracts/retrain';

/** Every look is a part of a history that may not grow without end. */
describe('how often late bars are looked for', () => {
  it.each([
    [{ everyMinutes: 0.5 }, 'everyMinutes'],
    [{ waitMinutes: 600, everyMinutes: 1 }, 'everyMinutes'],
    [{ waitMinutes: 1e300, everyMinutes: 1e300 }, 'waitMinutes'],
  ])('is bounded: %j', (given, path) => {
    const parsed = lateDataSchema.safeParse(given);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  it('says how to mend it', () => {
    const parsed = lateDataSchema.safeParse({ waitMinutes: 600, everyMinutes: 1 });
    expect(parsed.error?.issues[0]?.message).toContain('looks at most 500 times: wait for a shorter time');
  });

  it('leaves the defaults and a night of looks alone', () => {
    expect(lateDataSchema.parse({ waitMinutes: 500, everyMinutes: 1 })).toMatchObject({ atEnd: 'fail' });
    expect(lateDataSchema.parse({})).toMatchObject({ waitMinutes: 120, everyMinutes: 10 });
  });
});
