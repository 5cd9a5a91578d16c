import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { offeredTools } from '../wire-value/offered-tools.ts'
import type { OfferedTools } from '../wire-value/offered-tools.ts'

export function toolOptions(request: ChatCompletionRequest): object {
  const { tools, choice } = offeredTools(request)
  if (tools.length === 0) return {}
  const functionDeclarations = tools.map(({ function: definition }) => ({
    name: definition.name,
    ...(definition.description == null ? {} : { description: definition.description }),
    ...(definition.parameters == null ? {} : { parametersJsonSchema: definition.parameters }),
  }))
  return { tools: [{ functionDeclarations }], ...choiceOption(choice) }
}

function choiceOption(choice: OfferedTools['choice']): object {
  if (choice === undefined) return {}
  const functionCallingConfig =
    typeof choice === 'object'
      ? { mode: 'ANY', allowedFunctionNames: [choice.function.name] }
      : { mode: { none: 'NONE', auto: 'AUTO', required: 'ANY' }[choice] }
  return { toolConfig: { functionCallingConfig } }
}
