import { defineConfig } from 'vitest/config'

// Some tests start whole processes, on machines that are busy with others.
export default defineConfig({
  test: {
    name: 'worker',
    testTimeout: 30_000,
    setupFiles: ['@brainlyx/db/testing/user-scope'],
  },
})
