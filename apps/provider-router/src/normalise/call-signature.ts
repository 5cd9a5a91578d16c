/** What a caller is to hand back with a tool call, where Google's own OpenAI-compatible API has it. */
export function callSignature({ signature }: { readonly signature?: string }): object {
  return signature === undefined
    ? {}
    : { extra_content: { google: { thought_signature: signature } } }
}
