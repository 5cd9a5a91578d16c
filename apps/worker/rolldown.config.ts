import { defineConfig } from 'rolldown'

// One file that runs alone with nothing but Node beside it.
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  output: { file: 'dist/main.js', format: 'esm', cleanDir: true, codeSplitting: false },
})
