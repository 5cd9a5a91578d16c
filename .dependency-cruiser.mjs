// What may know what. A rule broken is an error in `npm run check`; docs/architecture.md says why each is there.

const CONTRACTS = '^packages/(chat-contract|router-contract)/src/'
const TESTS = '\\.test\\.[cm]?[jt]sx?$|/(test|e2e|testing)/'
const PROVIDER_SDKS = 'node_modules/(openai|@anthropic-ai|@google|groq-sdk)/'
const DATABASE = '^packages/db/|node_modules/(pg|kysely)/'

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

export default {
  forbidden: [
    forbid(
      'apps-do-not-import-apps',
      'Apps speak over the network, by the contracts.',
      { path: '^apps/([^/]+)/', pathNot: TESTS },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'packages-do-not-import-apps',
      'A package is used by apps.',
      { path: '^packages/' },
      { path: '^apps/' },
    ),
    forbid(
      'contracts-are-leaves',
      'A contract is what both sides agree on: zod and nothing else.',
      { path: CONTRACTS, pathNot: `${TESTS}|/openapi/` },
      { pathNot: `${CONTRACTS}|node_modules/zod/` },
    ),
    forbid(
      'contracts-do-not-import-each-other',
      'They are agreed on by different parties.',
      { path: '^packages/([^/]+-contract)/', pathNot: TESTS },
      { path: '^packages/', pathNot: '^packages/$1/' },
    ),
    forbid(
      'router-knows-no-database-or-queue',
      'It scales and fails apart from both.',
      { path: '^apps/provider-router/', pathNot: TESTS },
      { path: `${DATABASE}|^packages/(jobs|turn-engine)/|node_modules/bullmq/` },
    ),
    forbid(
      'web-knows-only-the-contract',
      'It gets everything from chat-api.',
      { path: '^apps/web/', pathNot: TESTS },
      {
        path: `${DATABASE}|${PROVIDER_SDKS}|^packages/(jobs|turn-engine|router-contract)/|node_modules/(ioredis|bullmq)/`,
      },
    ),
    forbid(
      'only-the-router-calls-providers',
      'Choosing, retrying and accounting happen in one place.',
      { path: '^(apps|packages)/', pathNot: `^apps/provider-router/|${TESTS}` },
      { path: PROVIDER_SDKS },
    ),
    forbid(
      'foundations-know-no-feature',
      'service-kit, model-catalog and testkit are under everything else.',
      { path: '^packages/(service-kit|model-catalog|testkit)/', pathNot: TESTS },
      { path: '^packages/', pathNot: '^packages/(service-kit|model-catalog|testkit)/' },
    ),
    forbid(
      'only-tests-import-test-code',
      'What ships must not need what tests need.',
      { path: '^(apps|packages)/', pathNot: `${TESTS}|^packages/(testkit|provider-simulator)/` },
      { path: '^packages/(testkit|provider-simulator)/|\\.test\\.[cm]?[jt]sx?$' },
    ),
    forbid(
      'no-circles',
      'Neither can then be understood alone.',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    forbid(
      'everything-resolves',
      'An import that leads nowhere.',
      {},
      {
        couldNotResolve: true,
        // Made by React Router: from the routes, and by its build.
        pathNot: '\\+types/|^virtual:|^#page-server$',
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|build|\\.react-router|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
}
