import type pg from 'pg'
import type { Random } from '../shape/random.ts'
import { pick } from '../shape/vocabulary.ts'
import type { Vocabulary } from '../shape/vocabulary.ts'
import { writeText } from '../shape/write-text.ts'

/** What a message says, as its row holds it. */
export interface WrittenText {
  /** `chat_history.parts`, as JSON. */
  readonly parts: string
  /** `chat_history.search`, as Postgres writes it. */
  readonly search: string
  readonly characters: number
}

/** Texts to draw from: finding a text's words takes Postgres ten times as long as everything else of its row. */
export interface WrittenTexts {
  question(): WrittenText
  answer(): WrittenText
}

const QUESTION_WORDS = { median: 14, sigma: 0.8, most: 400 }
const ANSWER_WORDS = { median: 60, sigma: 0.7, most: 800 }
/** So many of each; the words of more would be no rarer. */
const MOST_TEXTS = 30_000
const TEXTS_A_QUERY = 500

/** Writes texts for a number of messages, and has the server find the words of each as it would at an insert. */
export async function prepareTexts(
  client: pg.Client,
  options: { messages: number; vocabulary: Vocabulary; random: Random },
): Promise<WrittenTexts> {
  const { messages, vocabulary, random } = options
  const count = Math.min(MOST_TEXTS, Math.ceil(messages / 2))

  async function prepare({ median, sigma, most }: typeof ANSWER_WORDS): Promise<WrittenText[]> {
    const texts = Array.from({ length: count }, () => {
      const words = Math.min(most, Math.max(2, Math.round(random.logNormal(median, sigma))))
      return writeText(vocabulary, random, words)
    })
    const prepared: WrittenText[] = []
    for (let at = 0; at < count; at += TEXTS_A_QUERY) {
      const some = texts.slice(at, at + TEXTS_A_QUERY)
      const parts = some.map((text) => JSON.stringify([{ type: 'text', text }]))
      const { rows } = await client.query<{ search: string }>(
        `select public.message_vector(parts::jsonb)::text as search
         from unnest($1::text[]) with ordinality as given (parts, place) order by place`,
        [parts],
      )
      for (const [index, { search }] of rows.entries())
        prepared.push({
          parts: parts[index] ?? '',
          search,
          characters: some[index]?.length ?? 0,
        })
    }
    return prepared
  }

  const questions = await prepare(QUESTION_WORDS)
  const answers = await prepare(ANSWER_WORDS)
  return { question: () => pick(questions, random), answer: () => pick(answers, random) }
}
