import { defineConfig } from 'rolldown'

// One file that runs with nothing but Node beside it.
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: 'main.js',
    sourcemap: true,
    codeSplitting: false,
  },
})
