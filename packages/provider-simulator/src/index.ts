// A local server that speaks the wire formats of OpenAI, Anthropic, Gemini and Groq: the oracle of tests, and what
// answers where no provider key is set.
export { startSimulator } from './start-simulator.ts'
export type { Simulator, SimulatorOptions } from './start-simulator.ts'
export { simulatedAnswer } from './answer/simulated-answer.ts'
export type { AnswerOptions, SimulatedAnswer } from './answer/simulated-answer.ts'
export { countTokens, tokensOf } from './answer/tokens.ts'
export { embeddingOf } from './embedding/bag-of-words.ts'
export type { Attempt, AttemptQuery } from './attempt-log/attempt-log.ts'
export type { FaultOrder } from './fault/fault-book.ts'
export type { Pace } from './pace/pace.ts'
export type { Provider } from './wire/wire.ts'
