import { textOfContent } from '../../adapters/wire-value/message-text.ts'
import { Tier } from '../../config/router-file.ts'
import { REQUEST_KINDS } from './classification.ts'
import type { Classification } from './classification.ts'
import { classifyRequest } from './classify-request.ts'
import type { LabelledPrompt } from './labelled-prompts/labelled-prompt.ts'

export interface Judged {
  readonly prompt: LabelledPrompt
  readonly given: Classification
}

export function judge(prompts: readonly LabelledPrompt[]): Judged[] {
  return prompts.map((prompt) => ({ prompt, given: classifyRequest(prompt.request) }))
}

/** The share whose tier or kind is that of the label. */
export function accuracyOf(judged: readonly Judged[], label: 'tier' | 'kind'): number {
  return judged.filter(({ prompt, given }) => prompt[label] === given[label]).length / judged.length
}

/** How the classifier does on labelled prompts, as Markdown that people review. */
export function confusionTables(judged: readonly Judged[]): string {
  const heldOut = judged.filter(({ prompt }) => prompt.split === 'held-out')
  return [
    '# How the classifier does on the labelled prompts',
    'Written by `WRITE_CONFUSION_TABLE=1 vitest run --root apps/provider-router src/select/classify`. A test fails ' +
      'where this file is not what the classifier gives. A row is what the label says, a column what came out.',
    ...section('Tiers', judged, 'tier', Tier.options),
    ...section('Tiers, held out', heldOut, 'tier', Tier.options),
    ...section('Kinds', judged, 'kind', REQUEST_KINDS),
    ...section('Kinds, held out', heldOut, 'kind', REQUEST_KINDS),
    '## Prompts whose tier is not that of the label',
    judged
      .filter(({ prompt, given }) => prompt.tier !== given.tier)
      .map(missOf)
      .join('\n'),
    '',
  ].join('\n\n')
}

function section(
  title: string,
  judged: readonly Judged[],
  label: 'tier' | 'kind',
  names: readonly string[],
): string[] {
  const percent = (accuracyOf(judged, label) * 100).toFixed(1)
  const rows = names.map((wanted) => {
    const ofRow = judged.filter(({ prompt }) => prompt[label] === wanted)
    const counts = names.map((name) => ofRow.filter(({ given }) => given[label] === name).length)
    return row([wanted, ...counts.map((count) => (count === 0 ? '·' : String(count)))])
  })
  return [
    `## ${title}: ${percent} % of ${judged.length}`,
    [row(['', ...names]), row(['---', ...names.map(() => '--:')]), ...rows].join('\n'),
  ]
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

const EXCERPT = 70

function missOf({ prompt, given }: Judged): string {
  const message = prompt.request.messages.findLast(({ role }) => role === 'user')
  const text = textOfContent(message?.content).replaceAll(/\s+/g, ' ').trim()
  const excerpt = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text
  return `- ${prompt.tier} → ${given.tier} (${prompt.kind} → ${given.kind}, score ${given.score}): ${excerpt}`
}
