import { PhraseFinder } from '../text/phrase-finder.ts'
import { CODE_CUES } from './code-cues.ts'
import { CONVERSATION_CUES } from './conversation-cues.ts'
import type { CueTable } from './cue-table.ts'
import { EFFORT_CUES } from './effort-cues.ts'
import { EXTRACTION_CUES } from './extraction-cues.ts'
import { MATHEMATICS_CUES } from './mathematics-cues.ts'
import { QUESTION_CUES } from './question-cues.ts'
import { REASONING_CUES } from './reasoning-cues.ts'
import { REWRITING_CUES } from './rewriting-cues.ts'
import { RISK_CUES } from './risk-cues.ts'
import { SUMMARY_CUES } from './summary-cues.ts'
import { TOOL_USE_CUES } from './tool-use-cues.ts'
import { WRITING_CUES } from './writing-cues.ts'

const CUES = {
  ...CONVERSATION_CUES,
  ...QUESTION_CUES,
  ...REWRITING_CUES,
  ...EXTRACTION_CUES,
  ...SUMMARY_CUES,
  ...WRITING_CUES,
  ...CODE_CUES,
  ...MATHEMATICS_CUES,
  ...REASONING_CUES,
  ...RISK_CUES,
  ...TOOL_USE_CUES,
  ...EFFORT_CUES,
}

export type Cue = keyof typeof CUES

export const CUE_FINDER: PhraseFinder<Cue> = finderOf(CUES)

function finderOf<Name extends string>(cues: Record<Name, CueTable[string]>): PhraseFinder<Name> {
  const finder = new PhraseFinder<Name>()
  for (const name of Object.keys(cues) as Name[]) {
    for (const phrases of Object.values(cues[name])) {
      for (const phrase of phrases.split(','))
        finder.add(phrase.trim().replaceAll(/\s+/g, ' '), name)
    }
  }
  return finder
}
