import { expect, test } from 'vitest'
import { SHAPES } from './shapes.ts'

test.each(Object.entries(SHAPES))(
  '%s repeats nothing without a bound, so that no text can keep it busy',
  (_name, shape) => {
    // Escapes and classes may hold such signs as letters.
    const skeleton = shape.source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
    expect(skeleton).not.toMatch(/[*+]|\{\d+,\}/)
    expect(skeleton).not.toMatch(/\)\{/)
  },
)

test.each([
  ['stackTrace', '    at Object.run (/app/main.js:3:1)'],
  ['stackTrace', 'Traceback (most recent call last):'],
  ['errorName', 'it throws a NullPointerException'],
  ['diff', '@@ -1,2 +1,2 @@'],
  ['sql', 'select * from orders'],
  ['sql', 'SELECT id FROM logs'],
  ['statement', 'x\nimport { a } from "./a.ts"'],
  ['lineEnding', 'if (a) {\n  b();\n}'],
  ['identifier', 'why does useMemo run'],
  ['identifier', 'the column created_at'],
  ['latex', 'let $p^2$ be'],
  ['equation', 'f(x) = x'],
  ['equation', '2x + 3 = 11'],
  ['arithmetic', '12*13+7'],
  ['arithmetic', '15% of 240'],
  ['powers', 'x^2'],
  ['unitConversion', 'convert 5 miles to km'],
  ['theoremOpening', 'Let f be entire'],
  ['markup', '<button onclick="save">'],
  ['numberWithUnit', '300 km away'],
] as const)('%s is seen in %j', (name, text) => {
  expect(text).toMatch(SHAPES[name])
})

test.each([
  ['sql', 'select the best from these'],
  ['identifier', 'an iPhone or a Mac'],
  ['latex', 'between $80 and $90'],
  ['arithmetic', 'on 2024-05-03, call 555-0142'],
  ['statement', 'the function of the heart'],
] as const)('%s is not seen in %j', (name, text) => {
  expect(text).not.toMatch(SHAPES[name])
})
