// Texts of real answers, which live beside a checkout of this repository, not in it.
import { expect, test } from 'vitest'
import { exchangeNames, loadExpected } from '../../test/replay/exchange.ts'
import { findRecordings } from '../../test/replay/recordings.ts'
import { createStyler } from './create-styler.ts'
import { cut } from './hostile-answers.ts'
import { readMarkdown } from './reference-markdown.ts'

const recordings = findRecordings(process.env)

test('recorded answers keep their code, and are done after one styling', (context) => {
  if (recordings === undefined) {
    const why = 'skipped: no recordings beside this checkout, and none named by BRAINLYX_FIXTURES'
    process.stderr.write(`styling of recorded answers ${why}\n`)
    return context.skip(why)
  }
  for (const text of recordedTexts(recordings.folder)) {
    const once = styled(text)
    expect(readMarkdown(once).code).toEqual(readMarkdown(text).code)
    expect(styled(once)).toBe(once)
  }
})

// In a folder of the reader's own there may be something to mend.
test.runIf(recordings?.count)('the recorded answers are well-formed and stay as they are', () => {
  const texts = recordedTexts(recordings!.folder)
  expect(texts.filter((text) => styled(text) !== text)).toEqual([])
})

function recordedTexts(folder: string): string[] {
  return exchangeNames(folder).flatMap((name) => {
    const { text, choices = [], other_candidates = [] } = loadExpected(folder, name)
    return [text, ...choices.map((choice) => choice.text), ...other_candidates]
  })
}

function styled(text: string): string {
  const styler = createStyler()
  const shown = cut(text, [4]).map((delta) => styler.push(delta))
  return shown.join('') + styler.end()
}
