import { describe, expect, it } from 'vitest'
import { simulatedAnswer } from './simulated-answer.ts'
import { countTokens } from './tokens.ts'

describe('simulatedAnswer', () => {
  it('is the same text every time, whatever whitespace surrounds the prompt', () => {
    expect(simulatedAnswer('  Tell me about bees\n')).toEqual(simulatedAnswer('Tell me about bees'))
  })

  it('differs between prompts, also between long ones that begin alike', () => {
    const beginning = 'the same words again and again '.repeat(20)
    const texts = Array.from({ length: 500 }, (_, index) => simulatedAnswer(beginning + index).text)
    expect(new Set(texts).size).toBe(500)
  })

  it('says that it is simulated and quotes the question', () => {
    const { text } = simulatedAnswer('How do bees find their way home?')
    expect(text).toMatch(/simulated/)
    expect(text).toContain('How do bees find their way home?')
  })

  it('has between 80 and 160 words of prose', () => {
    for (let index = 0; index < 200; index += 1) {
      const words = simulatedAnswer(`What about subject ${index}?`).text.split(/\s+/).length
      expect(words).toBeGreaterThanOrEqual(80)
      expect(words).toBeLessThanOrEqual(160)
    }
  })

  it.each([0, 1, 2, 50, 300, 5000])('has exactly %i tokens where the prompt says so', (tokens) => {
    for (const subject of ['bees', 'a table of code to compare']) {
      expect(countTokens(simulatedAnswer(`${subject} [tokens:${tokens}]`).text)).toBe(tokens)
    }
  })

  it.each([
    [
      'Write a TypeScript function that debounces another function, and explain it.',
      /```ts\n[^]+setTimeout[^]+```/,
    ],
    ['Write a Python script', /```python\n[^]+```/],
    [
      'Compare PostgreSQL, MySQL and SQLite in a table.',
      /\| \| PostgreSQL \| MySQL \| SQLite \|\n\|---\|---\|---\|---\|\n\| \*\*Runs as/,
    ],
    [
      'Plan a three-day trip to Lisbon as a list.',
      /1\. \*\*Day 1\*\*\n {3}- \*Morning:\*[^]+3\. \*\*Day 3/,
    ],
    ['Solve an equation', /\$\$x\^2/],
  ])('shows its formatting for %j', (prompt, expected) => {
    expect(simulatedAnswer(prompt).text).toMatch(expected)
  })

  it('thinks first where the prompt asks for it, without changing what it says', () => {
    expect(simulatedAnswer('Why is the sky blue? Think it through first.').reasoning).toMatch(/sky/)
    expect(simulatedAnswer('Tell me about bees').reasoning).toBeUndefined()
  })

  it.each([
    ['How do I bake sourdough bread at home?', 'Bake Sourdough Bread Home'],
    ['hi', 'A Chat About Hi'],
    ['', 'A Chat About Nothing'],
    [
      'User: please explain TypeScript generics, mapped types, unions, enums, tuples and more',
      'TypeScript Generics Mapped Types Unions Enums',
    ],
  ])('makes a title of three to six words from %j', (prompt, title) => {
    const text = simulatedAnswer(prompt, { system: 'Write a short title for this chat.' }).text
    expect(text.split(' ').length).toBeGreaterThanOrEqual(3)
    expect(text.split(' ').length).toBeLessThanOrEqual(6)
    expect(text).toBe(title)
  })

  it('calls no tool that was not named, and none where that is the choice', () => {
    const tools = [{ name: 'get_weather', parameters: { type: 'object' } }]
    expect(simulatedAnswer('hello', { tools }).toolCalls).toBeUndefined()
    expect(simulatedAnswer('call get_weather', { tools }).toolCalls).toHaveLength(1)
    expect(simulatedAnswer('use the tool', { tools }).toolCalls).toHaveLength(1)
    expect(simulatedAnswer('hello', { tools, toolChoice: 'required' }).toolCalls).toHaveLength(1)
    expect(
      simulatedAnswer('call get_weather', { tools, toolChoice: 'none' }).toolCalls,
    ).toBeUndefined()
  })

  it('calls one tool only where parallel calls are off', () => {
    const tools = ['first_tool', 'second_tool'].map((name) => ({ name, parameters: {} }))
    const prompt = 'first_tool and second_tool'
    expect(simulatedAnswer(prompt, { tools }).toolCalls).toHaveLength(2)
    expect(simulatedAnswer(prompt, { tools, parallelToolCalls: false }).toolCalls).toHaveLength(1)
  })

  it('never cuts a character of the prompt in two', () => {
    const { text, reasoning } = simulatedAnswer(`why ${'👩‍👩‍👧‍👦'.repeat(60)}`)
    expect(text.isWellFormed()).toBe(true)
    expect(reasoning?.isWellFormed()).toBe(true)
  })
})
