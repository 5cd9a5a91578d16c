import { expect, test } from 'vitest'
import { livePages } from './route-matrix/live-pages.ts'
import { PAGE_ANSWERS, WITHOUT_FORM } from './route-matrix/page-answers.ts'
import { VISITORS, arrangeVisitors } from './route-matrix/visitors.ts'
import type { Visitor } from './route-matrix/visitors.ts'

// What chat-api answers has a matrix of its own (`apps/chat-api/test/route-matrix`); this is of the pages before it.

const pages = livePages()

test('every page has an entry, and every entry a page', () => {
  expect(Object.keys(PAGE_ANSWERS).toSorted()).toEqual(pages)
})

test('every page answers everybody as its entry says', async () => {
  const { answer } = await arrangeVisitors()
  const answered: Record<string, string[]> = {}
  for (const page of pages) {
    answered[page] = []
    for (const visitor of VISITORS) answered[page].push(await answer(page, visitor))
  }
  expect(answered).toEqual(PAGE_ANSWERS)
})

test('no form of the administration is taken from others, whose page is not made before it is', async () => {
  const { answer } = await arrangeVisitors()
  const forms = pages.filter((page) => /^\/admin\b/.test(page) && !WITHOUT_FORM.includes(page))
  const refusals: readonly [Visitor, string][] = [
    ['anonymous', '401'],
    ['guest', '403'],
    ['user', '403'],
  ]
  for (const page of forms) {
    for (const [visitor, refusal] of refusals) {
      expect(await answer(page, visitor, 'POST'), `${visitor} at ${page}`).toBe(refusal)
    }
  }
  for (const page of WITHOUT_FORM) expect(await answer(page, 'administrator', 'POST')).toBe('405')
})
