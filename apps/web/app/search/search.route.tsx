import { Form, useNavigation } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import '../styles/search.css'
import type { Route } from './+types/search.route.ts'
import { SearchHelp } from './search-help.tsx'
import { SearchResults } from './search-results.tsx'
import { useArrowKeys } from './use-arrow-keys.ts'

/** What the contract takes, in characters. */
const SEARCH_LIMIT = 300

export async function loader({ request, context }: Route.LoaderArgs) {
  const { searchParams } = new URL(request.url)
  const q = (searchParams.get('q') ?? '').trim().slice(0, SEARCH_LIMIT)
  const cursor = searchParams.get('cursor') ?? undefined
  const base = { q, isFirstPage: cursor === undefined, page: null, problem: null }
  if (q === '') return base
  const { chatApi } = context.get(pageRequest)
  const found = await chatApi.attempt('search', { query: { q, cursor } })
  if (found.ok) return { ...base, page: found.value }
  // Whoever is not signed in has nothing to be found yet.
  if (found.problem.status === 401) return { ...base, page: NOTHING }
  return { ...base, problem: found.problem }
}

const NOTHING = { chats: [], messages: [], searchedFrom: null, nextCursor: null }

export function meta({ loaderData }: Route.MetaArgs) {
  const q = loaderData?.q ?? ''
  return [{ title: `${q === '' ? 'Search' : `Search: ${q}`} · Brainlyx` }]
}

export default function Search({ loaderData }: Route.ComponentProps) {
  const { q, page, problem, isFirstPage } = loaderData
  const isSearching = useNavigation().location?.pathname === '/search'
  const onKeyDown = useArrowKeys()
  return (
    // The keys only move the focus between what has it anyway.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="page search-page" onKeyDown={onKeyDown}>
      <h1>Search</h1>
      <search>
        <Form method="get" action="/search" className="search-form">
          <input
            // Another search, made by going back or by a link, has other words.
            key={q}
            id="search-words"
            type="search"
            name="q"
            className="search-field"
            aria-label="Search your chats"
            aria-keyshortcuts="Control+K Meta+K /"
            aria-invalid={problem === null ? undefined : true}
            aria-describedby={problem === null ? undefined : 'search-problem'}
            placeholder="Words, “a phrase”, or a filter"
            defaultValue={q}
            maxLength={SEARCH_LIMIT}
            required
            // Whoever came here came to type.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            autoComplete="off"
            enterKeyHint="search"
          />
          <button className="button button-primary" disabled={isSearching}>
            {isSearching ? 'Searching…' : 'Search'}
          </button>
        </Form>
      </search>
      {problem !== null && (
        <p id="search-problem" className="form-problem" role="alert">
          {problem.code === 'invalid-search' ? (problem.detail ?? problem.title) : problem.title}
          {problem.retryable && ' Try again in a moment.'}
        </p>
      )}
      {page !== null && <SearchResults q={q} page={page} isFirstPage={isFirstPage} />}
      <SearchHelp open={page === null} />
    </div>
  )
}
