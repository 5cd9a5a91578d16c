import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'web',
          include: ['app/**/*.test.{ts,tsx}', 'src/**/*.test.ts', 'scripts/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'web-browser',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/harness/global-setup.ts'],
          testTimeout: 120_000,
          expect: { poll: { timeout: 15_000, interval: 25 } },
          hookTimeout: 120_000,
          // One browser and one stack on two cores: files in turn.
          fileParallelism: false,
        },
      },
    ],
  },
})
