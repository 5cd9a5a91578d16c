import { SHAPES } from '../text/shapes.ts'
import { mentions } from './signal-test.ts'
import type { SignalTests } from './signal-test.ts'

const SEVERAL = 2

export const mathematicsSignals = {
  latex: ({ message: { text } }) => SHAPES.latex.test(text),
  equation: ({ message: { prose } }) => SHAPES.equation.test(prose),
  powers: ({ message: { prose } }) => SHAPES.powers.test(prose),
  'converts-units': ({ message: { folded } }) => SHAPES.unitConversion.test(folded),
  arithmetic: ({ message: { prose } }) => SHAPES.arithmetic.test(prose),
  'school-mathematics': (facts) => mentions(facts, 'school-mathematics'),
  'higher-mathematics': (facts) => mentions(facts, 'higher-mathematics'),
  'advanced-mathematics': (facts) => mentions(facts, 'advanced-mathematics'),
  'asks-for-a-proof': (facts) => mentions(facts, 'prove'),
  'sets-up-a-theorem': ({ message: { text } }) => SHAPES.theoremOpening.test(text),
  'word-problem': ({ message: { prose } }) =>
    /[?？؟]/.test(prose) && (prose.match(SHAPES.numberWithUnit)?.length ?? 0) >= SEVERAL,
} satisfies SignalTests
