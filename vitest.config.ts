import { defineConfig } from 'vitest/config'

// One run over everything. `npm test` brings the Postgres, Redis and Chromium that the tests are told of.
export default defineConfig({
  test: {
    projects: [
      'apps/*',
      'packages/*',
      {
        test: {
          name: 'infra',
          include: ['infra/**/*.test.{mjs,ts}'],
          exclude: ['**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
