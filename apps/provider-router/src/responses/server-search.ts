import type { ResponseTool } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import type { ItemPlace } from './response-item.ts'
import { WholeItem } from './whole-item.ts'

const DONE = { call_id: null, execution: 'server', status: 'completed' } as const

/** The search that a caller is told of before a call of a tool that waits to be found, as OpenAI tells it. */
export function searchOf(place: ItemPlace, tool: ResponseTool): WholeItem {
  const query = { paths: [tool['name']] }
  return new WholeItem(place, {
    id: place.item_id,
    type: 'tool_search_call',
    ...DONE,
    arguments: query,
  })
}

export function findOf(place: ItemPlace, tool: ResponseTool): WholeItem {
  const tools = [tool] as unknown as OpenAI.Responses.Tool[]
  return new WholeItem(place, { id: place.item_id, type: 'tool_search_output', ...DONE, tools })
}
