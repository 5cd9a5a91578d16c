import { ChatCompletionRequest } from '@brainlyx/router-contract'
import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { REQUEST_KINDS } from './classification.ts'
import { accuracyOf, confusionTables, judge } from './confusion-table.ts'
import { LABELLED_PROMPTS } from './labelled-prompts.ts'

const COMMITTED = new URL('confusion-table.md', import.meta.url)
const judged = judge(LABELLED_PROMPTS)
const heldOut = judged.filter(({ prompt }) => prompt.split === 'held-out')

test('the committed confusion tables are what the classifier gives', async () => {
  const tables = confusionTables(judged)
  if (process.env['WRITE_CONFUSION_TABLE'] === '1') await writeFile(COMMITTED, tables)
  expect(await readFile(COMMITTED, 'utf8')).toBe(tables)
})

test('the tier is right for nine in ten prompts, and for eight in ten of those held out', () => {
  expect(accuracyOf(judged, 'tier')).toBeGreaterThanOrEqual(0.9)
  expect(accuracyOf(heldOut, 'tier')).toBeGreaterThanOrEqual(0.8)
})

test('what needs a large model never goes to a small one, which is the costly mistake', () => {
  const missed = judged.filter(
    ({ prompt, given }) => prompt.tier === 'large' && given.tier === 'small',
  )
  expect(missed).toEqual([])
})

test('the prompts are enough, of every kind, each once, and a third of them held out', () => {
  expect(judged.length).toBeGreaterThanOrEqual(180)
  expect(heldOut.length / judged.length).toBeCloseTo(1 / 3, 1)
  for (const kind of REQUEST_KINDS) {
    const ofKind = judged.filter(({ prompt }) => prompt.kind === kind)
    expect(ofKind.length).toBeGreaterThanOrEqual(30)
  }
  const requests = LABELLED_PROMPTS.map(({ request }) => JSON.stringify(request))
  expect(new Set(requests).size).toBe(requests.length)
})

test('the prompts are requests that callers may send', () => {
  for (const { request } of LABELLED_PROMPTS) {
    expect(ChatCompletionRequest.parse(request)).toEqual(request)
  }
})
