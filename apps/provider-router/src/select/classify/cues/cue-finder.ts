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

export const CUE_TABLES = [
  CONVERSATION_CUES,
  QUESTION_CUES,
  REWRITING_CUES,
  EXTRACTION_CUES,
  SUMMARY_CUES,
  WRITING_CUES,
  CODE_CUES,
  MATHEMATICS_CUES,
  REASONING_CUES,
  RISK_CUES,
  TOOL_USE_CUES,
  EFFORT_CUES,
] as const satisfies readonly CueTable[]

type NamesOf<Table> = Table extends unknown ? keyof Table : never
export type Cue = NamesOf<(typeof CUE_TABLES)[number]>

export const CUE_FINDER = finderOf(CUE_TABLES)

function finderOf(tables: readonly CueTable[]): PhraseFinder<Cue> {
  const finder = new PhraseFinder<Cue>()
  for (const [cue, phrases] of tables.flatMap((table) => Object.entries(table))) {
    for (const phrase of phrasesOf(phrases)) finder.add(phrase, cue as Cue)
  }
  return finder
}

export function phrasesOf(phrases: CueTable[string]): string[] {
  const all = Object.values(phrases).join()
  return all.split(',').map((phrase) => phrase.trim().replaceAll(/\s+/g, ' '))
}
