import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkRouterFile } from './config/check/check-router-file.ts'
import { readRouterFile, whyNotRead } from './config/read-router-file.ts'
import { openKeyFile } from './credential/key-file.ts'

const HELP = `check [file]

Checks a configuration of the provider-router with the environment that it is run in: names every mistake with its line
and column, or says what the file configures. It calls nobody and shows no key and nothing of the environment.

file   default: ROUTER_CONFIG, or else the router.yaml of the installation

Exit code: 0 usable, 1 not usable, 2 not checked.
`

process.exitCode = await check(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  return 2
})

async function check(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  if (positionals.length > 1) throw new Error('Name one file; --help says more.')
  return report(positionals[0] ?? (process.env['ROUTER_CONFIG'] || shippedFile()))
}

async function report(path: string): Promise<number> {
  const content = await readRouterFile(path).catch((error: unknown) => {
    throw new Error(`${path} ${whyNotRead(error)}.`)
  })
  const keyFile = await openKeyFile(process.env['PROVIDER_KEYS_FILE'] || undefined)
  const { usable, text } = checkRouterFile(content, {
    fileName: path,
    environment: process.env,
    settingsKeys: keyFile.keys,
  })
  process.stdout.write(text)
  return usable ? 0 : 1
}

/** Beside the folder of this file, whether that is `src` or `dist`; as a person in the current one would write it. */
function shippedFile(): string {
  return relative('', fileURLToPath(new URL('../router.yaml', import.meta.url)))
}
