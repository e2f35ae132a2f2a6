/** Unit and property tests run from source through swc; tests with processes and a real server use the build in dist/. */
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
  testTimeout: 30000,
  clearMocks: true,
};
