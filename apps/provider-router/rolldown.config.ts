import { defineConfig } from 'rolldown'
import type { RolldownOptions } from 'rolldown'

// Each is one file that runs with nothing but Node beside it: the service, and the check of its configuration.
export default defineConfig([bundle('main'), bundle('check')])

function bundle(name: string): RolldownOptions {
  return {
    input: `src/${name}.ts`,
    platform: 'node',
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: `${name}.js`,
      sourcemap: true,
      codeSplitting: false,
    },
  }
}
