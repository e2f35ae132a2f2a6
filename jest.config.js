/** Unit and property tests run from source through swc; tests with processes and a real server use the build in dist/. */

// Jest hands each test file a copy of the environment, which native code does not see: TensorFlow's threads are set here, before
// the test processes start, equal to what the tests open it with.
process.env.TF_NUM_INTRAOP_THREADS = '1';
process.env.TF_NUM_INTEROP_THREADS = '1';
process.env.TF_CPP_MIN_LOG_LEVEL = '2';

module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  collectCoverageFrom: [
    '{domain,shared,training,inference,reporting,workflows,activities,workers,cli}/**/*.ts',
    '!**/*.d.ts',
  ],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary'],
  // Ends what hangs, and nothing that is merely slow: two shared cores may be three times slower than these.
  testTimeout: 180_000,
  clearMocks: true,
};
