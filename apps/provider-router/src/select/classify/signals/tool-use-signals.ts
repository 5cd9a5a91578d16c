import { asks, countOf, mentions } from './signal-test.ts'
import type { SignalTests } from './signal-test.ts'

const MANY_TOOLS = 12
const SEVERAL_ANSWERS = 3
const SEVERAL_ACTIONS = 4

export const toolUseSignals = {
  'tools-offered': ({ toolsOffered }) => toolsOffered > 0,
  'many-tools': ({ toolsOffered }) => toolsOffered >= MANY_TOOLS,
  'tool-required': ({ toolIsRequired }) => toolIsRequired,
  'tools-have-answered': ({ toolAnswers }) => toolAnswers > 0,
  'long-tool-run': ({ toolAnswers }) => toolAnswers >= SEVERAL_ANSWERS,
  'acts-in-the-world': (facts) => asks(facts, 'act-in-the-world'),
  'chain-of-actions': (facts) =>
    (facts.toolsOffered > 0 || mentions(facts, 'act-in-the-world')) &&
    countOf(facts, 'action-verb') >= SEVERAL_ACTIONS,
  'whole-repository': (facts) => facts.toolsOffered > 0 && mentions(facts, 'whole-repository'),
} satisfies SignalTests
