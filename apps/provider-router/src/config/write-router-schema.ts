import { readFile, writeFile } from 'node:fs/promises'
import { routerFileSchema } from './router-file-schema.ts'

// node src/config/write-router-schema.ts --write | --check: router.schema.json from the schema in the code.
const file = new URL('../../router.schema.json', import.meta.url)
const mode = process.argv[2]
const text = `${JSON.stringify(routerFileSchema(), null, 2)}\n`
if (mode === '--write') await writeFile(file, text)
else if (mode !== '--check') {
  process.stderr.write('Say --write or --check.\n')
  process.exitCode = 64 // EX_USAGE of sysexits.h
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  process.stderr.write(
    'apps/provider-router/router.schema.json is stale; `pnpm --filter @brainlyx/provider-router schema:write` mends it.\n',
  )
  process.exitCode = 1
}
