import type { SearchTerm } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { readPeriod } from './period.ts'

/** What somebody searches for. */
export interface Search {
  readonly terms: readonly SearchTerm[]
  /** In titles alone. */
  readonly titleTerms: readonly SearchTerm[]
  readonly model: string | undefined
  readonly since: Date | undefined
  readonly until: Date | undefined
  readonly withFile: boolean
}

/** More would be no search any more, and each costs a look-up. */
const TERM_LIMIT = 20

/** `-`, a filter's name, and a phrase in quotes or a word; a quote that nobody closed reaches to the end. */
const TOKEN =
  /(?<minus>-)?(?:(?<filter>title|model|before|after|has):)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/giu

const FILTER_ALONE = /^(?:title|model|before|after|has):$/iu

/**
 * Reads what was typed into a search field. What is no filter is a word, also with a colon in it.
 * @throws {ServiceError} 400 `invalid-search` where a filter has no value it can have, or nothing is left to search for
 */
export function readSearch(text: string): Search {
  const terms: SearchTerm[] = []
  const titleTerms: SearchTerm[] = []
  const search = { model: undefined, since: undefined, until: undefined, withFile: false } as {
    model: string | undefined
    since: Date | undefined
    until: Date | undefined
    withFile: boolean
  }
  const typographic = /[“”„«»]/gu
  for (const { groups = {} } of text.replaceAll(typographic, '"').matchAll(TOKEN)) {
    const { minus, filter, phrase, word } = groups
    const value = (phrase ?? word ?? '').trim()
    const name = filter?.toLowerCase()
    if (word !== undefined && FILTER_ALONE.test(word)) {
      throw invalid(`${word} needs its value right behind it, such as title:travel.`)
    }
    if (name !== undefined && name !== 'title' && minus !== undefined) {
      throw invalid(`-${name}: is not known; only words, phrases and title: can be left out.`)
    }
    switch (name) {
      case undefined:
      case 'title': {
        const term = toTerm(value, { exact: phrase !== undefined, excluded: minus !== undefined })
        if (term !== null) (name === 'title' ? titleTerms : terms).push(term)
        break
      }
      case 'model':
        if (value === '') throw invalid('model: takes a part of a model’s name, such as model:gpt.')
        search.model = value
        break
      case 'before':
        search.until = periodOf(name, value)
        break
      case 'after':
        search.since = periodOf(name, value)
        break
      default:
        if (value.toLowerCase() !== 'file') throw invalid('has: knows only has:file.')
        search.withFile = true
    }
  }
  if (terms.length + titleTerms.length > TERM_LIMIT) {
    throw invalid(`Search for ${TERM_LIMIT} words at most.`)
  }
  const isEmpty = terms.length + titleTerms.length === 0 && Object.values(search).every((v) => !v)
  if (isEmpty) throw invalid('There is no word to search for.')
  return { terms, titleTerms, ...search }
}

function toTerm(value: string, kind: { exact: boolean; excluded: boolean }): SearchTerm | null {
  const prefix = !kind.exact && /[\p{L}\p{N}]\*$/u.test(value)
  if (!/[\p{L}\p{N}]/u.test(value)) return null
  return { text: prefix ? value.slice(0, -1) : value, prefix, ...kind }
}

function periodOf(filter: string, value: string): Date {
  const begin = readPeriod(value)
  if (begin === undefined) {
    throw invalid(`${filter}: takes a year, a month or a day, such as ${filter}:2026-11-30.`)
  }
  return begin
}

function invalid(detail: string): ServiceError {
  return new ServiceError({
    code: 'invalid-search',
    status: 400,
    title: 'This cannot be searched for.',
    detail,
    fields: [{ path: 'q', message: detail }],
  })
}
