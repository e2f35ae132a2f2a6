import { evaluate } from './evaluate';

describe('the closing line of npm test', () => {
  it('counts a test file that could not be run as a failure', () => {
    const results = { numPassedTests: 12, numFailedTests: 1, numRuntimeErrorTestSuites: 2 };
    expect(evaluate(['test'], 'return m.countTests(input);', results)).toEqual({ passed: 12, failed: 3 });
  });
});
