/** A function that the simulator calls where a prompt asks for its use; and what tests have it give. */
export const LOOK = {
  type: 'function' as const,
  name: 'look_outside',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
  strict: false,
}
export const SEEN = 'a heron, number 4711'
