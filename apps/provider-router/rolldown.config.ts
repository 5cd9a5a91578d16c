import { defineConfig } from 'rolldown'
import type { RolldownOptions } from 'rolldown'

// Each is one file that runs with nothing but Node beside it: the service, and the check of its configuration.
export default defineConfig([bundle('main'), bundle('check')])

function bundle(name: string): RolldownOptions {
  return {
    input: `src/${name}.ts`,
    platform: 'node',
    // Its binary cannot be in a file of JavaScript. It is read with the first image, and done without where it is not there.
    external: ['sharp'],
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: `${name}.js`,
      sourcemap: true,
      codeSplitting: false,
    },
  }
}
