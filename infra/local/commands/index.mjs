/** @type {Record<string, import('../command-line.mjs').Command>} */
export const commands = {
  start: {
    usage: 'npm start',
    summary: 'Set everything up and run all services; prints one URL.',
    options: {
      port: { type: 'string', value: 'port', help: 'the port of the page (3000 unless taken)' },
      open: { type: 'boolean', help: 'open the page in your browser' },
    },
    load: async () => (await import('./start.mjs')).start,
  },
  dev: {
    usage: 'npm run dev',
    summary: 'The same from source, reloading what you change.',
    options: {
      port: { type: 'string', value: 'port', help: 'the port of the page (3000 unless taken)' },
      open: { type: 'boolean', help: 'open the page in your browser' },
    },
    load: async () => (await import('./dev.mjs')).dev,
  },
  test: {
    usage: 'npm test',
    summary: 'Run all tests: unit, integration on real Postgres and Redis, browser.',
    options: {
      'no-browser': { type: 'boolean', help: 'leave the browser tests out' },
      name: { type: 'string', value: 'pattern', help: 'only tests whose name matches' },
    },
    positionals: 'part of a file name',
    load: async () => (await import('./test.mjs')).test,
  },
  check: {
    usage: 'npm run check',
    summary: 'Format, lint, types, boundaries, dead code, generated files.',
    options: {
      fix: { type: 'boolean', help: 'write the format and what the linter can mend' },
    },
    load: async () => (await import('./check.mjs')).check,
  },
  doctor: {
    usage: 'npm run doctor',
    summary: 'Look at the set-up, and try each configured provider key with one token.',
    options: {},
    load: async () => (await import('./doctor.mjs')).doctor,
  },
  reset: {
    usage: 'npm run reset',
    summary: 'Delete this clone’s local data: chats, accounts, settings, logs.',
    options: {
      'keep-secrets': { type: 'boolean', help: 'keep ports, secrets and provider keys' },
    },
    load: async () => (await import('./reset.mjs')).reset,
  },
  services: {
    usage: 'node infra/local/cli.mjs services',
    summary: 'Only Postgres and Redis, until this command ends.',
    options: {},
    positionals: 'local|test',
    internal: true,
    load: async () => (await import('./services.mjs')).services,
  },
  env: {
    usage: 'node infra/local/cli.mjs env',
    summary: 'Print the addresses of running Postgres and Redis for `eval`.',
    options: {},
    positionals: 'local|test',
    internal: true,
    load: async () => (await import('./env.mjs')).env,
  },
}
