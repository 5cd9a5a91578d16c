import { z } from 'zod'

/** Money as a decimal string of integer pico-dollars (1 USD = 10^12), since JSON has no bigint. */
export const PicoUsd = z.string().regex(/^\d{1,18}$/, 'must be whole pico-dollars, as text')
export type PicoUsd = z.infer<typeof PicoUsd>
