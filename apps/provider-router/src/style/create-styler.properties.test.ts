import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createStyler } from './create-styler.ts'
import { cut, hostileAnswer, plainAnswer, quietAnswer } from './hostile-answers.ts'
import { readMarkdown } from './reference-markdown.ts'

const RUNS = { numRuns: 500 }
const mayNameItself = fc.boolean()
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 })

function styled(deltas: readonly string[], options?: { mayNameItself: boolean }): string {
  const styler = createStyler({ mayNameItself: () => options?.mayNameItself ?? false })
  return deltas.map((delta) => styler.push(delta)).join('') + styler.end()
}

describe('for any answer', () => {
  test('how it is cut into deltas makes no difference', () => {
    fc.assert(
      fc.property(hostileAnswer, sizes, mayNameItself, (answer, sizes, mayNameItself) => {
        const whole = styled([answer], { mayNameItself })
        expect(styled(cut(answer, sizes), { mayNameItself })).toBe(whole)
        expect(styled(cut(answer, [1]), { mayNameItself })).toBe(whole)
      }),
      RUNS,
    )
  })

  test('styling what was styled changes nothing', () => {
    fc.assert(
      fc.property(hostileAnswer, mayNameItself, (answer, mayNameItself) => {
        const once = styled([answer], { mayNameItself })
        expect(styled([once], { mayNameItself })).toBe(once)
      }),
      RUNS,
    )
  })

  test('its code comes out line by line as it was', () => {
    fc.assert(
      fc.property(hostileAnswer, (answer) => {
        expect(readMarkdown(styled([answer])).code).toEqual(readMarkdown(answer).code)
      }),
      RUNS,
    )
  })

  test('no fence is left open', () => {
    fc.assert(
      fc.property(hostileAnswer, (answer) => {
        expect(readMarkdown(styled([answer])).isFenceOpen).toBe(false)
      }),
      RUNS,
    )
  })

  test('what was held back is short', () => {
    fc.assert(
      fc.property(hostileAnswer, sizes, (answer, sizes) => {
        const styler = createStyler()
        for (const delta of cut(answer, sizes)) styler.push(delta)
        const longestClosingLine = 70
        expect(styler.end().length).toBeLessThanOrEqual(200 + longestClosingLine)
      }),
      RUNS,
    )
  })
})

test('headings of an ordinary answer never jump a level', () => {
  fc.assert(
    fc.property(plainAnswer, (answer) => {
      const levels = readMarkdown(styled([answer])).headingLevels
      const jumps = levels.filter((level, index) => index > 0 && level > levels[index - 1]! + 1)
      expect(jumps).toEqual([])
    }),
    RUNS,
  )
})

test('an answer without headings, fences and advertising stays byte for byte', () => {
  fc.assert(
    fc.property(quietAnswer, sizes, (answer, sizes) => {
      expect(styled(cut(answer, sizes))).toBe(answer)
    }),
    RUNS,
  )
})

test('a line that begins like a sentence goes out as it comes', () => {
  const sentence = fc.tuple(
    fc.constantFrom('so', 'this', 'Then', 'Über', '日本', '👋', '"Hm"'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(sentence), sizes, (sentences, sizes) => {
      const answer = sentences
        .map(([start, rest]) => `${start} ${rest.replaceAll('\n', ' ')}`)
        .join('\n')
      const deltas = cut(answer, sizes)
      const styler = createStyler()
      expect(deltas.map((delta) => styler.push(delta))).toEqual(deltas)
      expect(styler.end()).toBe('')
    }),
    RUNS,
  )
})
