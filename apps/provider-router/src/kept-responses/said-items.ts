import type { InputItem } from '@brainlyx/router-contract'
import type OpenAI from 'openai'

/** Reasoning is left out where it is handed back, and so is what is only named and not there. */
export function isSaid({ type }: { readonly type: string }): boolean {
  return type !== 'reasoning' && type !== 'item_reference'
}

/** An answer's items as a request would say them. */
export function saidOutput({
  output,
}: Pick<OpenAI.Responses.Response, 'output'>): (InputItem & { readonly id: string })[] {
  return output.filter(isSaid) as (InputItem & { id: string })[]
}
