#!/usr/bin/env node
// npm start, npm run dev, npm test, npm run check, npm run doctor, npm run reset. Plain JavaScript without
// dependencies, for Node 20 and newer, since it is what installs everything else.
import process from 'node:process'

const OLDEST_NODE = 20

// Whoever read our output may have gone (`npm start | head`); that ends neither the services nor their shutdown.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: this needs Node ${OLDEST_NODE} or newer. Install the current one from https://nodejs.org.\n`,
  )
  process.exitCode = 1
} else {
  const { runCommand } = await import('./run-command.mjs')
  process.exit(await runCommand(process.argv.slice(2)))
}
