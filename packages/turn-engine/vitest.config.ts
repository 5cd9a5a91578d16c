import { defineConfig } from 'vitest/config'

// A machine that is busy with other tests takes its time.
export default defineConfig({
  test: {
    name: 'turn-engine',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ['@brainlyx/db/testing/user-scope'],
  },
})
