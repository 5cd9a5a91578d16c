import type { ProviderCall } from '../provider-adapter.ts'
import { offeredTools } from '../wire-value/offered-tools.ts'

/** Models before Gemini 3 refuse a format for the answer beside tools. */
export function takesFormat({ request, target }: ProviderCall): boolean {
  return offeredTools(request).tools.length === 0 || !/^gemini-[12]/.test(target.model)
}
