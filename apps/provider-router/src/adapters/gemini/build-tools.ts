import type { ChatCompletionRequest } from '@brainlyx/router-contract'

export function toolOptions(request: ChatCompletionRequest): object {
  if (request.tools == null || request.tools.length === 0) return {}
  const functionDeclarations = request.tools.map(({ function: definition }) => ({
    name: definition.name,
    ...(definition.description === undefined ? {} : { description: definition.description }),
    ...(definition.parameters === undefined ? {} : { parametersJsonSchema: definition.parameters }),
  }))
  return { tools: [{ functionDeclarations }], ...choiceOption(request) }
}

function choiceOption(request: ChatCompletionRequest): object {
  const choice = request.tool_choice
  if (choice == null) return {}
  const functionCallingConfig =
    typeof choice === 'object'
      ? { mode: 'ANY', allowedFunctionNames: [choice.function.name] }
      : { mode: { none: 'NONE', auto: 'AUTO', required: 'ANY' }[choice] }
  return { toolConfig: { functionCallingConfig } }
}
