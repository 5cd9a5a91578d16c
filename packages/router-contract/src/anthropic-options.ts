import { z } from 'zod'

/** Where Anthropic's prompt cache may end; elsewhere it says nothing. */
export const CacheControl = z.looseObject({ type: z.string() }).nullish()

/** What Anthropic's API takes of a tool beside its definition, in its own words. */
export const AnthropicToolOptions = z.object({
  strict: z.boolean().optional(),
  /** The model hears of it when it is referred to by another tool's result. */
  defer_loading: z.boolean().optional(),
  eager_input_streaming: z.boolean().optional(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
})
export type AnthropicToolOptions = z.infer<typeof AnthropicToolOptions>
