import { z } from 'zod'

export const ProviderKind = z.enum(['openai', 'anthropic', 'gemini', 'groq'])
export type ProviderKind = z.infer<typeof ProviderKind>

/** `GET /admin/providers`: what is configured, never a key itself. */
export const ProviderStatus = z.object({
  id: z.string(),
  kind: ProviderKind,
  name: z.string(),
  /** `environment`, `settings` (set on the page), `simulator` or `none`. */
  keySource: z.enum(['environment', 'settings', 'simulator', 'none']),
  /** The last four characters, so that a person can tell two keys apart. */
  keyHint: z.string().nullable(),
  /** Where a person makes a key. */
  keyPage: z.string(),
})
export type ProviderStatus = z.infer<typeof ProviderStatus>

export const ProviderStatusList = z.object({
  /** False where no key file is configured: keys then come from the environment only. */
  editable: z.boolean(),
  providers: z.array(ProviderStatus),
})
export type ProviderStatusList = z.infer<typeof ProviderStatusList>

/** `PUT /admin/providers/:id/key` tests the key with one small call, then keeps it. `DELETE` forgets it. */
export const ProviderKeyInput = z.object({
  key: z
    .string()
    .trim()
    .min(8)
    .max(512)
    .regex(/^[\x21-\x7e]+$/),
})
export type ProviderKeyInput = z.infer<typeof ProviderKeyInput>
