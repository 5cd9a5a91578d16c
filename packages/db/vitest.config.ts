import { defineConfig } from 'vitest/config'

// A machine that is busy with other tests takes its time.
export default defineConfig({
  test: {
    name: 'db',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ['./src/testing/user-scope/setup.ts'],
  },
})
