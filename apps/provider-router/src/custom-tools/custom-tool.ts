import type { CustomTool, CustomToolGrammar, FunctionTool } from '@brainlyx/router-contract'

/** The one argument of the function that stands for a custom tool. */
const INPUT = 'input'

/** How that argument begins. */
export const INPUT_BEGINNING = new RegExp(String.raw`^\s*\{\s*"${INPUT}"\s*:\s*"`)

/**
 * A custom tool as a function, which every provider knows. A grammar is told to the model in words: OpenAI alone would
 * hold it to one.
 */
export function functionOf(
  { name, description }: CustomTool,
  grammar: CustomToolGrammar | undefined,
): FunctionTool {
  const rule = grammar === undefined ? '' : inWords(grammar)
  const words = [description ?? '', rule].filter((text) => text !== '').join('\n\n')
  return {
    type: 'function',
    function: {
      name,
      ...(words === '' ? {} : { description: words }),
      parameters: {
        type: 'object',
        properties: { [INPUT]: { type: 'string', description: 'All of the input, as it is.' } },
        required: [INPUT],
        additionalProperties: false,
      },
    },
  }
}

/** What a call of that function was given, by what the tool was. */
export function argumentsOf(input: string): string {
  return JSON.stringify({ [INPUT]: input })
}

function inWords({ syntax, definition }: CustomToolGrammar): string {
  const named = syntax === 'lark' ? 'this Lark grammar' : 'this regular expression'
  return `The whole \`${INPUT}\` must match ${named}:\n${definition}`
}
