import { defineConfig } from 'vitest/config'

// Every test file has a simulator of its own on a free port, so they can share a worker: on two cores that halves
// the time, most of which is loading four SDKs.
export default defineConfig({ test: { isolate: false } })
