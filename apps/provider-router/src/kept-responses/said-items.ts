import type { InputItem } from '@brainlyx/router-contract'
import type OpenAI from 'openai'

/** Reasoning that its model cannot be given back is left out, and so is what is only named and not there. */
export function isSaid(item: {
  readonly type: string
  readonly encrypted_content?: unknown
}): boolean {
  if (item.type === 'reasoning') return item.encrypted_content != null
  return item.type !== 'item_reference'
}

/** An answer's items as a request would say them. */
export function saidOutput({
  output,
}: Pick<OpenAI.Responses.Response, 'output'>): (InputItem & { readonly id: string })[] {
  return output.filter(isSaid) as (InputItem & { id: string })[]
}
