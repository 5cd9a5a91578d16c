import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'chat-api',
    // A machine that is busy with other tests takes its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The auth library is large; each worker loads it once instead of once a file.
    isolate: false,
    setupFiles: ['@brainlyx/db/testing/user-scope'],
  },
})
