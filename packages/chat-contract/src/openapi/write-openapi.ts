import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from './openapi-document.ts'

// `--check` fails where the committed document is not what the contract says now.
const path = fileURLToPath(new URL('../../openapi.json', import.meta.url))
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write(
      'packages/chat-contract/openapi.json is stale. Run: pnpm --filter @brainlyx/chat-contract openapi:write\n',
    )
    process.exitCode = 1
  }
} else writeFileSync(path, text)
