import { expect, test } from 'vitest'
import { foldText } from '../text/fold-text.ts'
import { CUE_FINDER, CUE_TABLES, phrasesOf } from './cue-finder.ts'
import type { CueTable } from './cue-table.ts'

const cues = CUE_TABLES.flatMap((table: CueTable) => Object.entries(table))

test('each cue stands in one table only', () => {
  const names = cues.map(([name]) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('every phrase of every table is found in a text', () => {
  for (const [cue, phrases] of cues) {
    for (const phrase of phrasesOf(phrases)) {
      const text = foldText(`- ${phrase.replace(/\*$/, 'x')}!`)
      expect([...CUE_FINDER.find(text).keys()], phrase).toContain(cue)
    }
  }
})
