import type { Tier } from '../../../config/router-file.ts'
import type { RequestKind } from '../classification.ts'
import type { Signal } from './signal.ts'

/** From these scores on. */
export const THRESHOLDS: readonly (readonly [Tier, number])[] = [
  ['large', 4.5],
  ['medium', 2],
]

/** What each kind asks for by itself. Tool use asks for the most: offering tools must never lower a tier. */
export const KIND_WEIGHTS: Readonly<Record<RequestKind, number>> = {
  'small-talk': -1,
  'simple-question': 0.75,
  extraction: 0.75,
  rewriting: 1,
  summarisation: 1,
  writing: 1.25,
  code: 1.5,
  mathematics: 1.5,
  reasoning: 2,
  'tool-use': 2.25,
}

function signal(
  weight: number,
  reason: string,
  votes: Partial<Record<RequestKind, number>> = {},
): Signal {
  return { weight, reason, votes: Object.entries(votes) as [RequestKind, number][] }
}

/**
 * All that the classifier knows, in one place: what each signal adds to the score, what it says to a person, and
 * which kinds it speaks for. When each fires is in the files beside this one.
 */
export const SIGNALS = {
  // conversation-signals.ts
  'nothing-but-chat': signal(0, 'is only a greeting, a thank-you or an answer', {
    'small-talk': 3,
  }),
  'chit-chat': signal(0, 'chats', { 'small-talk': 2.5 }),
  greeting: signal(0, 'greets or thanks', { 'small-talk': 0.75 }),
  'no-words': signal(0, 'has no words', { 'small-talk': 2 }),
  'earlier-try-failed': signal(3.25, 'says that an earlier try failed'),

  // question-signals.ts
  'plain-wording': signal(0, 'is taken for a plain question unless more is found', {
    'simple-question': 0.25,
  }),
  'asks-a-fact': signal(0, 'begins as questions for facts do', { 'simple-question': 1.5 }),
  'asks-how-to': signal(0, 'asks how to do something', { 'simple-question': 1.25 }),
  'ends-as-a-question': signal(0, 'holds a question mark', { 'simple-question': 0.5 }),
  'asks-to-explain': signal(0.5, 'asks for an explanation', { 'simple-question': 1.25 }),
  'for-a-child': signal(-0.5, 'wants it in simple words', { 'simple-question': 1 }),

  // text-work-signals.ts
  'asks-to-translate': signal(0, 'asks for a translation', { rewriting: 4 }),
  'asks-to-rewrite': signal(0, 'asks to say it in other words', { rewriting: 4 }),
  'mentions-rewriting': signal(0, 'mentions rewriting', { rewriting: 1.5 }),
  'short-wish-on-a-text': signal(0, 'is a few words on a short text', { rewriting: 1.25 }),
  'short-wish-on-a-list': signal(0, 'is a few words on a list', { extraction: 1.5 }),
  'short-wish-on-a-page': signal(0, 'is a few words on a long text', { summarisation: 1.5 }),
  'language-for-a-text': signal(0, 'names a language before a text', { rewriting: 2.25 }),
  'names-target-language': signal(0, 'names a language to write in', { rewriting: 2.25 }),
  'hard-target-language': signal(1, 'names a language that small models are weak in'),
  'careful-tone': signal(1, 'asks for care with tone or meaning'),
  'asks-to-extract': signal(0, 'asks to take out, sort or label', { extraction: 4 }),
  'mentions-extraction': signal(0, 'mentions taking out or sorting', { extraction: 1.5 }),
  'asks-to-convert': signal(0, 'asks for another format', { extraction: 3.5 }),
  'names-a-data-format': signal(0, 'wants it as data', { extraction: 2.5 }),
  'asks-to-summarise': signal(0, 'asks for a summary', { summarisation: 4 }),
  'mentions-summary': signal(0, 'mentions a summary', { summarisation: 1.5 }),
  'asks-about-a-text': signal(0, 'asks about a text it holds', { summarisation: 2 }),
  'holds-a-letter': signal(0, 'holds a letter', { summarisation: 2 }),

  // writing-signals.ts
  'asks-for-a-text': signal(0, 'asks for a text to be written', { writing: 4 }),
  'names-a-text': signal(0, 'names a kind of text', { writing: 1.25 }),
  'crafted-text': signal(1, 'wants a text with a form or a reader to win'),
  'long-text': signal(2, 'wants a text that takes pages'),

  // code-signals.ts
  'code-block': signal(1, 'holds code', { code: 3 }),
  'stack-trace': signal(1, 'holds a stack trace or the name of an error', { code: 2.5 }),
  diff: signal(1, 'holds a diff', { code: 3 }),
  sql: signal(0.75, 'holds SQL', { code: 2 }),
  identifier: signal(0.5, 'names identifiers', { code: 1 }),
  'asks-for-code': signal(0.75, 'asks for code to be written', { code: 4 }),
  'names-a-technology': signal(0, 'names a language or tool of programmers', { code: 1.5 }),
  'names-parts-of-programs': signal(0, 'names parts of programs', { code: 0.75 }),
  'code-task': signal(0, 'uses programmers’ words', { code: 1.5 }),
  'code-symptom': signal(0.75, 'says what goes wrong in a program', { code: 1.5 }),
  'long-code-question': signal(0.75, 'describes a programming task in a whole sentence'),
  operations: signal(0.75, 'is about running software', { code: 0.5 }),
  'hard-engineering': signal(3, 'works on concurrency, distribution or design at scale', {
    code: 1.5,
  }),
  'about-hard-engineering': signal(1, 'asks about concurrency, distribution or design at scale'),
  'hard-to-catch': signal(1, 'describes a fault that is hard to catch'),
  'large-change': signal(2, 'wants a change across a whole program'),

  // mathematics-signals.ts
  latex: signal(0.25, 'holds formulas', { mathematics: 3 }),
  equation: signal(0, 'holds an equation', { mathematics: 2 }),
  powers: signal(0.5, 'holds powers of a variable'),
  'converts-units': signal(0, 'converts units', { mathematics: 2.25 }),
  arithmetic: signal(0, 'holds arithmetic', { mathematics: 2 }),
  'school-mathematics': signal(0, 'uses words of school arithmetic', { mathematics: 2.25 }),
  'higher-mathematics': signal(0.75, 'uses words of higher mathematics', { mathematics: 2.5 }),
  'advanced-mathematics': signal(3, 'is about mathematics of universities', { mathematics: 2 }),
  'asks-for-a-proof': signal(3.25, 'asks for a proof', { mathematics: 3 }),
  'word-problem': signal(0.75, 'asks something of several quantities', { mathematics: 2 }),

  // reasoning-signals.ts
  'asks-why': signal(0, 'asks for causes, in more than a few words', { reasoning: 2.25 }),
  'asks-why-in-short': signal(0, 'asks why, in a few words', { 'simple-question': 1.5 }),
  'asks-to-weigh': signal(0, 'asks to compare, judge or advise', { reasoning: 2.5 }),
  'asks-for-a-plan': signal(0, 'asks for a plan', { reasoning: 2.25 }),
  'plan-of-many-parts': signal(1, 'lists what a plan must hold'),
  strategy: signal(1.5, 'is about a strategy', { reasoning: 1 }),
  'step-by-step': signal(1, 'asks for the steps of the thought', { reasoning: 0.5 }),
  constraints: signal(1.5, 'sets several conditions at once', { reasoning: 1.5 }),
  'many-constraints': signal(1, 'sets many conditions at once'),
  puzzle: signal(2.5, 'is a puzzle', { reasoning: 2.5 }),
  'deep-analysis': signal(2.5, 'asks to take an argument apart', { reasoning: 2 }),
  'several-questions': signal(0.75, 'asks several things at once', { reasoning: 0.5 }),
  'sets-up-a-theorem': signal(3, 'names its objects as a theorem does', { mathematics: 2 }),
  'long-account': signal(0, 'tells at length and names no task', { reasoning: 0.75 }),
  'sensitive-subject': signal(0.5, 'is about medicine, law or money'),
  'own-case-at-risk': signal(2, 'is about the writer’s own health, rights or money', {
    reasoning: 3,
  }),

  // tool-use-signals.ts
  'tools-offered': signal(0, 'offers tools', { 'tool-use': 2.5 }),
  'many-tools': signal(0.5, 'offers many tools'),
  'tool-required': signal(0, 'demands the use of a tool', { 'tool-use': 3 }),
  'tools-have-answered': signal(0, 'is in the middle of using tools', { 'tool-use': 3 }),
  'long-tool-run': signal(1.5, 'has used several tools already'),
  'acts-in-the-world': signal(0, 'wants something done in the world', { 'tool-use': 2.5 }),
  'chain-of-actions': signal(2.25, 'wants several actions in turn', { 'tool-use': 1 }),
  'whole-repository': signal(1, 'wants tools to work on a whole repository'),

  // size-signals.ts
  'long-message': signal(1, 'is longer than a page'),
  'very-long-message': signal(0.5, 'is longer than two pages'),
  'huge-message': signal(0.5, 'is longer than six pages'),
  'vast-message': signal(1, 'is as long as a booklet'),
  'long-conversation': signal(0.5, 'continues a long conversation'),
  'long-instructions': signal(0.5, 'comes with long instructions of the application'),
  'asks-for-detail': signal(1, 'asks for detail'),
  'asks-for-brevity': signal(-0.5, 'asks for a short answer'),
  'medium-output': signal(0.75, 'asks for a few hundred words'),
  'long-output': signal(3, 'asks for many hundred words'),
  'few-tokens-allowed': signal(-0.5, 'allows an answer of a few words only'),
  'many-tokens-allowed': signal(0.25, 'makes room for a very long answer'),

  // request-signals.ts
  'effort-high': signal(20, 'asks for much thought (reasoning_effort)'),
  'effort-low': signal(-0.5, 'asks for little thought (reasoning_effort)'),
  'effort-none': signal(-2, 'asks for no thought (reasoning_effort)'),
  image: signal(1.25, 'holds an image'),
  file: signal(1.5, 'holds a file'),
  'fixed-schema': signal(0.5, 'fixes the form of the answer', { extraction: 2 }),
  'weak-language': signal(1, 'is in a language that small models are weak in'),
  'unread-language': signal(1.25, 'is in a language whose words are not known here'),
  'distant-language': signal(0.25, 'is in a language that small models know less well'),
} as const satisfies Readonly<Record<string, Signal>>

export type SignalName = keyof typeof SIGNALS
