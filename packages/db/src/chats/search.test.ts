import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { ensurePartitionFor } from '../partitions/ensure-partitions.ts'
import { monthSuffix } from '../partitions/month-suffix.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { searchMessages } from './search-messages.ts'
import type { MessageHit, MessageSearch, SearchPlace, SearchTerm } from './search-messages.ts'
import { renameChat } from './chat.repository.ts'
import { searchTitles } from './search-titles.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

/** Thousands of messages are written, which a busy machine takes its time for. */
const PATIENCE_MS = 120_000

const DAY_MS = 24 * 60 * 60 * 1000
const soon = (): Date => new Date(Date.now() + 60_000)

test.each([
  ['house', 'Two houses stood there'],
  ['houses', 'One house stood there'],
  ['Häuser', 'Ein Haus am See'],
  ['haus', 'Zwei HÄUSER am See'],
  ['RUNNING', 'it runs'],
  ['node.js', 'Use Node.js for it'],
  ['js', 'Use Node.js for it'],
  ['read', 'read/write locks'],
  ['div', 'a <div class="x"> there'],
  ['write', 'a well-known read_write_lock'],
  ['straße', 'In der Straße'],
  ['1.2.3', 'since version 1.2.3'],
  ['日本', '日本 の 天気'],
])('%s is found in «%s»', async (word, text) => {
  const user = await arrangeWriter()
  const messageId = await user.writes(text)
  await user.writes('Something else altogether')
  expect((await user.finds([word])).map((hit) => hit.messageId)).toEqual([messageId])
})

test('all words must be there, phrases as they are, and nothing that is to be left out', async () => {
  const user = await arrangeWriter()
  await user.writes('green tea with milk')
  await user.writes('a green house and tea')
  const textsOf = async (...terms: (string | Partial<SearchTerm>)[]): Promise<string[]> =>
    (await user.finds(terms)).map((hit) => hit.text ?? '').toSorted()
  expect(await textsOf('green', 'tea')).toHaveLength(2)
  expect(await textsOf({ text: 'green tea', exact: true })).toEqual(['green tea with milk'])
  expect(await textsOf('tea', { text: 'houses', excluded: true })).toEqual(['green tea with milk'])
  expect(await textsOf({ text: 'houses', exact: true })).toEqual([])
  expect(await textsOf({ text: 'mil', prefix: true })).toEqual(['green tea with milk'])
  expect(await textsOf('green', { text: 'mi', prefix: true })).toEqual(['green tea with milk'])
  // Nor need there be anything that must be in it.
  expect(await textsOf({ text: 'milk', excluded: true })).toEqual([
    'a green house and tea',
    'hello',
    'yes',
  ])
  expect(await textsOf('coffee')).toEqual([])
})

test('a hit says which of its words it was found by', async () => {
  const user = await arrangeWriter()
  await user.writes('Houses, (houses) and a HOUSE; housework is none. Die Häuser.')
  const [hit] = await user.finds(['house'])
  expect(hit?.words.toSorted()).toEqual(['house', 'houses'])
  const [german] = await user.finds(['haus'])
  expect(german?.words).toContain('häuser')
  const [begun] = await user.finds([{ text: 'housew', prefix: true }])
  expect(begun?.words).toEqual(['housework'])
})

test('nobody finds what another user wrote, however they ask', async () => {
  const user = await arrangeWriter()
  await user.writes('A secret: canary')
  const stranger = await arrangeWriter()
  await stranger.writes('Nothing of interest')
  const chatIds = [user.chatId]
  for (const search of [
    {},
    { chatIds },
    { terms: [] },
    { terms: [], chatIds },
    { terms: [term({ text: 'c', prefix: true })] },
  ]) {
    const { hits } = await searchMessages(db, {
      userId: stranger.userId,
      terms: [term('canary')],
      withFile: false,
      place: { until: soon() },
      limit: 10,
      ...search,
    })
    expect(hits.filter((hit) => hit.chatId !== stranger.chatId)).toEqual([])
  }
  expect(await user.finds(['canary'])).toHaveLength(1)
})

test('a model, a file and a time narrow a search', async () => {
  const user = await arrangeWriter()
  const old = await user.writes('a report', { at: Date.now() - 3 * DAY_MS, model: 'gpt-7' })
  const withFile = await user.writes('a report', {
    parts: [
      { type: 'text', text: 'See this report' },
      { type: 'file', name: 'Quarterly_figures.pdf' },
    ],
  })
  const idsOf = async (search: Partial<MessageSearch>, ...terms: string[]): Promise<string[]> =>
    (await user.finds(terms, search)).map((hit) => hit.messageId)
  expect(await idsOf({ model: 'PT-7' }, 'report')).toEqual([old])
  expect(await idsOf({ model: '%' }, 'report')).toEqual([])
  expect(await idsOf({ model: 'gpt-7' })).toEqual([old])
  expect(await idsOf({ withFile: true }, 'report')).toEqual([withFile])
  expect(await idsOf({ withFile: true })).toEqual([withFile])
  expect(await idsOf({}, 'figures')).toEqual([withFile])
  const cut = new Date(Date.now() - DAY_MS)
  expect(await idsOf({ since: cut }, 'report')).toEqual([withFile])
  expect(await idsOf({ place: { until: cut } }, 'report')).toEqual([old])
  expect(await idsOf({ chatIds: [] }, 'report')).toEqual([])
})

test(
  'pages show each hit once, best first within a stretch of time, over years and empty months',
  { timeout: PATIENCE_MS },
  async () => {
    const user = await arrangeWriter()
    const now = new Date()
    const written: string[] = []
    for (let index = 0; index < 230; index++) {
      const monthsAgo = index < 205 ? 0 : (index - 204) * 2
      const at = new Date(now)
      at.setUTCMonth(at.getUTCMonth() - monthsAgo, 1)
      await ensurePartitionFor(db, at)
      // Many in one millisecond: none may fall between two stretches.
      const atMs = monthsAgo === 0 ? now.getTime() - Math.floor(index / 20) : at.getTime()
      written.push(await user.writes(`needle ${'hay '.repeat(index % 7)}`, { at: atMs }))
    }
    const seen: MessageHit[] = []
    let place: SearchPlace | null = { until: soon() }
    let pages = 0
    while (place !== null) {
      const page = await user.pageOf(['needle'], { place, limit: 30 })
      seen.push(...page.hits)
      const ranks = page.hits.map((hit) => hit.rank)
      expect(ranks).toEqual(ranks.toSorted((one, other) => other - one))
      place = page.nextPlace
      pages++
      expect(pages).toBeLessThan(40)
    }
    expect(seen.map((hit) => hit.messageId).toSorted()).toEqual(written.toSorted())
    const years = new Set(seen.map((hit) => timestampOf(hit.messageId).getUTCFullYear()))
    expect(years.size).toBeGreaterThan(3)
  },
)

test('a user with years of messages and nothing to be found is told how far back was looked', async () => {
  const user = await arrangeWriter()
  const longAgo = new Date()
  longAgo.setUTCFullYear(longAgo.getUTCFullYear() - 3)
  await ensurePartitionFor(db, longAgo)
  await user.writes('a needle', { at: longAgo.getTime() })
  const first = await user.pageOf(['needle'])
  expect(first.hits).toEqual([])
  expect(first.nextPlace?.until).toEqual(first.searchedFrom)
  expect(longAgo < first.searchedFrom && first.searchedFrom < new Date()).toBe(true)
})

test(
  'what has no whole word is looked for among so many of the newest, and then further back',
  { timeout: PATIENCE_MS },
  async () => {
    const user = await arrangeWriter()
    const now = Date.now()
    const old = await user.writes('needle', { at: now - DAY_MS })
    await user.writesMany(2_050, now - 10_000)
    const first = await user.pageOf([{ text: 'need', prefix: true }])
    expect(first.hits).toEqual([])
    const second = await user.pageOf([{ text: 'need', prefix: true }], { place: first.nextPlace! })
    expect(second.hits.map((hit) => hit.messageId)).toEqual([old])
    expect(second.nextPlace).toBeNull()
  },
)

test(
  'a message of whatever length and characters can be written, and found by its beginning',
  { timeout: PATIENCE_MS },
  async () => {
    const user = await arrangeWriter()
    const awkward = [
      Array.from({ length: 200_000 / 6 }, (_, index) => `x${index.toString(36)}`).join(' '),
      `word ${'y'.repeat(200_000)}`,
      Array.from({ length: 20_000 }, (_, index) => String.fromCodePoint(0x20000 + index)).join(' '),
      '\'"\\:*&|!<->() <!-- %_ $$ \u202E \uFFFF',
      '☃',
      '',
    ]
    for (const text of awkward) await user.writes(text)
    expect(await user.finds(['word'])).toHaveLength(1)
    expect(await user.finds(['x1'])).toHaveLength(1)
    for (const text of awkward) {
      const terms = [{ text: text.slice(0, 99) }, { text: text.slice(0, 99), prefix: true }]
      for (const asked of terms) expect(await user.finds([asked])).toBeInstanceOf(Array)
    }
  },
)

test('the function refuses what the service never sends', async () => {
  const searcher = newId()
  const call = (given: Record<string, unknown>): Promise<unknown> =>
    callSearch(asUser(db, searcher), { searcher, ...given })
  await call({})
  const refused = { code: expect.stringMatching(/^(22004|22023)$/) }
  for (const given of [
    { searcher: null },
    { terms: null },
    { terms: '{}' },
    { terms: JSON.stringify(Array.from({ length: 21 }, () => ({}))) },
    { until: null },
    { hit_count: 1_000_000 },
    { hit_count: null },
    { after_rank: 1 },
    { chat_ids: Array.from({ length: 201 }, () => newId()) },
  ]) {
    await expect(call(given), JSON.stringify(given).slice(0, 80)).rejects.toMatchObject(refused)
  }
})

test('the function refuses to search for another than it runs for', async () => {
  const { userId: searcher } = await arrangeWriter()
  const found = await callSearch(asUser(db, searcher), { searcher })
  expect(found.rows).toMatchObject([{ hits: [{}, {}] }])
  for (const [by, reason] of [
    [asUser(db, newId()), 'who searches is not who this transaction runs for'],
    [db, 'did not say for whom'],
    [asSystem(db, 'merge-guest'), 'permission denied'],
  ] as const) {
    const refused = { code: '42501', message: expect.stringContaining(reason) }
    await expect(callSearch(by, { searcher }), reason).rejects.toMatchObject(refused)
  }
})

test('the function runs as the owner, for the runtime role alone, and believes no search path', async () => {
  const { rows } = await sql<{ definer: boolean; settings: string[]; grantees: string[] }>`
    select p.prosecdef as definer, p.proconfig as settings,
      array(select acl.grantee::regrole::text from aclexplode(p.proacl) acl
        where acl.grantee <> p.proowner) as grantees
    from pg_proc p where p.proname = 'search_messages'
  `.execute(db)
  expect(rows).toEqual([
    {
      definer: true,
      settings: expect.arrayContaining(['search_path=pg_catalog, pg_temp']),
      grantees: ['brainlyx_app'],
    },
  ])
})

test('what others wrote costs a search nothing', { timeout: PATIENCE_MS }, async () => {
  const user = await arrangeWriter()
  const month = new Date()
  month.setUTCMonth(month.getUTCMonth() - 5, 15)
  await ensurePartitionFor(db, month)
  for (let index = 0; index < 20; index++) {
    await user.writes(`common needle${index}`, { at: month.getTime() + index })
  }
  const alone = await blocksRead(user.userId)
  for (let crowd = 0; crowd < 4; crowd++) {
    await (await arrangeWriter()).writesMany(1_000, month.getTime(), 'common needle')
  }
  await vacuum()
  expect(await blocksRead(user.userId)).toBeLessThan(3 * alone)
})

test(
  'a word is found without a look at the rest of what its user wrote',
  { timeout: PATIENCE_MS },
  async () => {
    const user = await arrangeWriter()
    const before = new Date()
    before.setUTCMonth(before.getUTCMonth() - 7, 15)
    await ensurePartitionFor(db, before)
    await user.writesMany(1_500, before.getTime(), 'hay '.repeat(200))
    await user.writes('common', { at: before.getTime() })
    await vacuum()
    const { rows } = await sql<{ pages: bigint }>`
    select pg_relation_size(tableoid) / 8192 as pages from chat_history
    where user_id = ${user.userId}::uuid and created_at = ${before} limit 1
  `.execute(asUser(db, user.userId))
    const pages = Number(rows[0]!.pages)
    expect(pages).toBeGreaterThan(150)
    expect(await blocksRead(user.userId)).toBeLessThan(pages / 2)
  },
)

test(
  'the policies leave a search its index, and it takes up no row of anybody else',
  { timeout: PATIENCE_MS },
  async () => {
    const month = new Date()
    month.setUTCMonth(month.getUTCMonth() - 9, 15)
    await ensurePartitionFor(db, month)
    const [user, stranger] = [await arrangeWriter(), await arrangeWriter()]
    for (const { writesMany } of [user, stranger]) {
      await writesMany(1_000, month.getTime(), 'hay '.repeat(200))
    }
    await user.writesMany(3, month.getTime(), 'common')
    await stranger.writesMany(20, month.getTime(), 'common')
    await vacuum()
    // As Postgres counts them; a plan would not show what a function does.
    const { rows } = await db.transaction().execute(async (transaction) => {
      const found = await callSearch(asUser(transaction, user.userId), {
        searcher: user.userId,
        terms: JSON.stringify([term('common')]),
      })
      expect(found.rows[0]?.hits).toHaveLength(3)
      const table = `chat_history_${monthSuffix(month)}`
      return sql<{ rows: number }>`
        select pg_stat_get_xact_numscans(search.oid)::integer as searches,
          pg_stat_get_xact_tuples_returned(search.oid)::integer as found,
          pg_stat_get_xact_numscans(month.oid)::integer as read_through,
          (
            select sum(pg_stat_get_xact_tuples_fetched(oid))::integer
            from pg_class where starts_with(relname, ${table})
          ) as rows
        from pg_class as month, pg_class as search
        where month.relname = ${table} and search.relname = ${`${table}_user_id_search_idx`}
      `.execute(transaction)
    })
    expect(rows).toEqual([{ searches: 1, found: 3, readThrough: 0, rows: expect.any(Number) }])
    // The three to rank and to show, and at most the user's first one to know where to end.
    expect(rows[0]!.rows).toBeLessThanOrEqual(3 + 3 + 1)
  },
)

test('titles are searched by the same rules, the latest 2,000 of the user’s own', async () => {
  const user = await arrangeWriter()
  const stranger = await arrangeWriter()
  for (const { userId, chatId } of [user, stranger]) {
    await renameChat(db, { userId, chatId, title: 'Tall houses in Lübeck' })
  }
  const search = { userId: user.userId, until: soon(), limit: 10 }
  const titles = await searchTitles(db, { ...search, terms: [term('house')] })
  expect(titles).toEqual([
    { chat: expect.objectContaining({ id: user.chatId }), words: ['houses'] },
  ])
  expect(await searchTitles(db, { ...search, terms: [term('hut')] })).toEqual([])
  const until = new Date(Date.now() - DAY_MS)
  expect(await searchTitles(db, { ...search, until, terms: [term('house')] })).toEqual([])
})

function term(given: string | Partial<SearchTerm>): SearchTerm {
  const base = { text: '', exact: false, prefix: false, excluded: false }
  return typeof given === 'string' ? { ...base, text: given } : { ...base, ...given }
}

/** A user with one chat, to write messages into. */
async function arrangeWriter() {
  const { id: userId } = await arrangeGuest(db)
  const turn = await arrangeTurn(db, { userId, owner: 'process-a' })
  await arrangeEnd(db, turn)
  const { chatId } = turn
  const own = asUser(db, userId)
  const row = (text: string, written: { at?: number; model?: string; parts?: object[] } = {}) => {
    const id = written.at === undefined ? newId() : newId(written.at)
    return {
      id,
      createdAt: timestampOf(id),
      userId,
      sessionId: chatId,
      turnId: turn.turnId,
      parentId: null,
      role: 'assistant' as const,
      parts: JSON.stringify(written.parts ?? [{ type: 'text', text }]),
      model: written.model ?? null,
    }
  }
  const pageOf = (
    terms: readonly (string | Partial<SearchTerm>)[],
    search: Partial<MessageSearch> = {},
  ) =>
    searchMessages(db, {
      userId,
      terms: terms.map(term),
      withFile: false,
      place: { until: soon() },
      limit: 100,
      ...search,
    })
  return {
    userId,
    chatId,
    pageOf,
    async writes(...message: Parameters<typeof row>): Promise<string> {
      const values = row(...message)
      await own.insertInto('chatHistory').values(values).execute()
      return values.id
    },
    async writesMany(count: number, at: number, text = 'hay'): Promise<void> {
      const rows = Array.from({ length: count }, (_, index) => row(`${text} ${index}`, { at }))
      // A statement has ten seconds.
      for (let from = 0; from < count; from += 250) {
        await own
          .insertInto('chatHistory')
          .values(rows.slice(from, from + 250))
          .execute()
      }
    },
    finds: async (...search: Parameters<typeof pageOf>) => (await pageOf(...search)).hits,
  }
}

/** As no service would. */
function callSearch(on: Kysely<Database>, given: Record<string, unknown>) {
  const values = {
    searcher: null,
    terms: '[]',
    model_part: null,
    chat_ids: null,
    with_file: false,
    since: new Date(0),
    until: soon(),
    after_rank: null,
    after_id: null,
    hit_count: 10,
    ...given,
  }
  const parameters = Object.entries(values).map(
    ([name, value]) => sql`${sql.ref(name)} => ${value}`,
  )
  return sql<{ hits: object[] }>`
    select * from search_messages(${sql.join(parameters)})
  `.execute(on)
}

async function vacuum(): Promise<void> {
  const owner = createDatabase({
    url: database.ownerUrl,
    name: 'test',
    poolSize: 1,
    statementTimeoutMs: PATIENCE_MS,
  })
  try {
    await sql`vacuum analyze chat_history`.execute(owner)
  } finally {
    await owner.destroy()
  }
}

/** What a search for a common word has to look at, in blocks of tables and indexes. */
async function blocksRead(userId: string): Promise<number> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query("select set_config('brainlyx.user_id', $1, false)", [userId])
    // The first time reads the catalogue, too.
    let blocks = 0
    for (let time = 0; time < 2; time++) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) select * from search_messages($1, $2, null, null,
          false, '2020-01-01', now(), null, null, 20)`,
        [userId, JSON.stringify([term('common')])],
      )
      const plan = rows[0]!['QUERY PLAN'][0].Plan
      blocks = plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!
    }
    return blocks
  } finally {
    await client.end()
  }
}
