import type { InputItem } from '@brainlyx/router-contract'
import { randomHex } from '@brainlyx/service-kit'
import { hash } from 'node:crypto'

const PREFIX: Readonly<Record<Exclude<InputItem['type'], 'item_reference'>, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
  additional_tools: 'at',
  tool_search_call: 'tsc',
  tool_search_output: 'tso',
  agent_message: 'amsg',
  web_search_call: 'ws',
}
const RANDOM_LETTERS = 48

export function newItemId(type: keyof typeof PREFIX): string {
  return `${PREFIX[type]}_${randomHex(RANDOM_LETTERS / 2)}`
}

/** An item that came without an id has the same one whenever it is listed. @param place what is its own */
export function itemIdAt(type: keyof typeof PREFIX, place: string): string {
  return `${PREFIX[type]}_${hash('sha256', place).slice(0, RANDOM_LETTERS)}`
}

/** Reasoning is left out where it is handed back, so it need not be found where it is only named. */
export function isReasoning(id: string): boolean {
  return id.startsWith(`${PREFIX.reasoning}_`)
}
