import { expect, test } from 'vitest'
import { functionOf } from './custom-tool.ts'

test('the model is told what its tool is for, and which grammar binds it', () => {
  const definition = 'start: "*** Begin Patch" LF hunk+ "*** End Patch"'
  const tool = { name: 'patch', description: 'Edits.' }
  const { description } = functionOf(tool, { syntax: 'lark', definition }).function
  expect(description).toBe(
    `Edits.\n\nThe whole \`input\` must match this Lark grammar:\n${definition}`,
  )
})

test('a tool that nobody described is a function without a description', () => {
  const tool = functionOf({ name: 'run' }, undefined)
  expect(tool.function).not.toHaveProperty('description')
  expect(tool.function.parameters).toMatchObject({ required: ['input'] })
})
