import type { ResponseTool } from '@brainlyx/router-contract'
import { listedTools } from './listed-tools.ts'
import { modelName } from './model-name.ts'

/** What a search among tools has found, as the model is told it: the tools themselves are offered from then on. */
export function foundTools(tools: readonly ResponseTool[]): string {
  const names = listedTools([...tools], [], []).map(
    ({ tool, namespace }) => `\`${modelName(String(tool['name']), namespace)}\``,
  )
  return names.length === 0 ? 'No tool was found.' : `Found, and offered now: ${names.join(', ')}.`
}
