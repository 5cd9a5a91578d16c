import { z } from 'zod'

export const ProviderSetting = z.object({
  id: z.string(),
  name: z.string(),
  keySource: z.enum(['environment', 'settings', 'simulator', 'none']),
  /** The key's last four characters. */
  keyHint: z.string().nullable(),
  keyPage: z.string(),
})
export type ProviderSetting = z.infer<typeof ProviderSetting>

export const ProviderSettingList = z.object({
  editable: z.boolean(),
  providers: z.array(ProviderSetting),
})
export type ProviderSettingList = z.infer<typeof ProviderSettingList>

export const SetProviderKeyInput = z.object({
  key: z
    .string()
    .trim()
    .min(8, 'a key is longer')
    .max(512)
    .regex(/^[\x21-\x7e]+$/, 'a key has no spaces'),
})
export type SetProviderKeyInput = z.infer<typeof SetProviderKeyInput>
